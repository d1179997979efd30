/** Says that something is on its way. */

import Box from "@cloudscape-design/components/box";
import StatusIndicator from "@cloudscape-design/components/status-indicator";

export function Loading({ what }: { what: string }) {
  return (
    <Box textAlign="center" margin={{ vertical: "xxl" }}>
      <StatusIndicator type="loading">Loading {what}</StatusIndicator>
    </Box>
  );
}
