/** Exceptions with their frames, the innermost first as SDKs send them. */

import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ExceptionOf, Frame } from "../../model/exceptions";

export function Exceptions({ exceptions }: { exceptions: readonly ExceptionOf[] }) {
  return (
    <SpaceBetween size="l">
      {exceptions.map((exception) => (
        <section key={exception.id} aria-label={exception.type}>
          <Box variant="h4" tagOverride="h3">
            {exception.type}
            {exception.remote && (
              <Box variant="small" display="inline">
                {" "}
                came back from the other side
              </Box>
            )}
          </Box>
          <p className="sky-break sky-exception-message">{exception.message || "without a message"}</p>
          {exception.frames.length > 0 && (
            <ol className="sky-frames">
              {exception.frames.map((frame, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: frames repeat, and never move
                <FrameLine key={at} frame={frame} />
              ))}
            </ol>
          )}
          {exception.truncated > 0 && (
            <Box color="text-body-secondary">and {exception.truncated} more frames that the SDK left out</Box>
          )}
        </section>
      ))}
    </SpaceBetween>
  );
}

function FrameLine({ frame: { path, line, label } }: { frame: Frame }) {
  return (
    <li>
      <span className="sky-frame-label">{label || "(anonymous)"}</span>
      <span className="sky-frame-place">
        {path}
        {line === undefined ? "" : `:${line}`}
      </span>
    </li>
  );
}
