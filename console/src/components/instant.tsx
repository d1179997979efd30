/** An instant in the zone that the person prefers, with the other one on hover. */

import { formatInstant, formatTime } from "../model/instant";
import { usePreferences } from "./preferences";

interface InstantProps {
  readonly at: Date;
  readonly timeOnly?: boolean;
  readonly milliseconds?: boolean;
}

export function Instant({ at, timeOnly = false, milliseconds = false }: InstantProps) {
  const { zone } = usePreferences();
  const other = zone === "utc" ? "local" : "utc";
  const text = (timeOnly ? formatTime : formatInstant)(at, zone, { milliseconds });
  return (
    <time dateTime={at.toISOString()} title={formatInstant(at, other, { milliseconds: true })} className="sky-number">
      {text}
    </time>
  );
}
