/** Text that stands back: what is not there, what is as usual. */

import Box from "@cloudscape-design/components/box";
import type { ReactNode } from "react";

export function Quiet({ children }: { children: ReactNode }) {
  return (
    <Box variant="span" color="text-body-secondary">
      {children}
    </Box>
  );
}
