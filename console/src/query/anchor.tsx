/** The instant that relative time ranges end at: one for all parts of a view, moved by Refresh and by live mode. */

import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import { type TimeRange, type TimeWindow, windowOf } from "../model/time_range";

interface Anchor {
  readonly now: Date;
  readonly refresh: () => void;
}

const AnchorContext = createContext<Anchor | null>(null);

export function AnchorProvider({ children }: { children: ReactNode }) {
  const [now, setNow] = useState(() => new Date());
  const refresh = useCallback(() => setNow(new Date()), []);
  const anchor = useMemo(() => ({ now, refresh }), [now, refresh]);
  return <AnchorContext value={anchor}>{children}</AnchorContext>;
}

export function useAnchor(): Anchor {
  const anchor = useContext(AnchorContext);
  if (!anchor) throw new Error("useAnchor outside of AnchorProvider");
  return anchor;
}

export function useWindow(range: TimeRange): TimeWindow {
  const { now } = useAnchor();
  return useMemo(() => windowOf(range, now), [range, now]);
}
