/** Leaves out what is too small to read: the style sheet looks at the attribute, so that no node is drawn anew. */

import { useStore } from "@xyflow/react";
import { useEffect, useRef } from "react";

type Level = "whole" | "names" | "rings";

export function LevelOfDetail() {
  const here = useRef<HTMLSpanElement>(null);
  const level = useStore(
    ({ transform }): Level => (transform[2] < 0.25 ? "rings" : transform[2] < 0.45 ? "names" : "whole"),
  );
  useEffect(() => {
    here.current?.closest(".sky-map")?.setAttribute("data-detail", level);
  }, [level]);
  return <span ref={here} hidden />;
}
