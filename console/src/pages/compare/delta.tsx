/** A difference in time: red and to the right where B took longer, green and to the left where it was quicker. */

import { colorTextStatusError, colorTextStatusSuccess } from "@cloudscape-design/design-tokens";
import { formatSeconds } from "../../model/instant";
import { LEAST_DIFFERENCE } from "../../model/slowdown";
import { signed } from "../../model/trace_comparison";

interface DeltaProps {
  readonly seconds: number;
  /** The greatest difference around it, which its bar is drawn against. */
  readonly most: number;
  /** Too small to mean anything. */
  readonly isQuiet?: boolean;
}

export function Delta({ seconds, most, isQuiet = false }: DeltaProps) {
  const colour = seconds > 0 ? colorTextStatusError : colorTextStatusSuccess;
  const share = Math.abs(seconds) >= LEAST_DIFFERENCE && most > 0 ? Math.min(Math.abs(seconds) / most, 1) * 50 : 0;
  return (
    <span className={`sky-delta${isQuiet ? " sky-delta-quiet" : ""}`}>
      <span className="sky-delta-bar" aria-hidden="true">
        {share > 0 && (
          <span
            style={{
              background: colour,
              width: `${share}%`,
              ...(seconds > 0 ? { insetInlineStart: "50%" } : { insetInlineEnd: "50%" }),
            }}
          />
        )}
      </span>
      <span className="sky-number" style={isQuiet ? {} : { color: colour }}>
        {signed(seconds, formatSeconds)}
      </span>
    </span>
  );
}
