/** The clock of a trace that is in progress: it ticks while somebody looks, as often as the picture changes. */

import { useEffect, useState } from "react";
import type { Trace } from "../../model/trace";
import { isGrowing, tickOf } from "../../model/waterfall";

/** Returns now while the trace grows, and when it was read where it does not. */
export function useGrowing(trace: Trace, read: Date): Date {
  const [now, setNow] = useState(read);
  useEffect(() => {
    setNow(read);
    if (!isGrowing(trace, new Date())) return;
    let frame = 0;
    let drawn = read.getTime();
    const tick = () => {
      const at = new Date();
      if (at.getTime() - drawn >= tickOf(trace, at)) {
        drawn = at.getTime();
        setNow(at);
      }
      if (isGrowing(trace, at)) frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [trace, read]);
  // A newly read trace may be newer than the last tick.
  return now < read ? read : now;
}
