/** What is known of the one thing that is selected, beside the things it was selected from. */

import "./detail_panel.css";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import type { ReactNode } from "react";

interface DetailPanelProps {
  readonly title: string;
  readonly subtitle: string;
  /** How it ended, beside its title. */
  readonly mark?: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function DetailPanel({ title, subtitle, mark, onClose, children }: DetailPanelProps) {
  return (
    <aside className="sky-panel" aria-label={`Details of ${title}`}>
      <div className="sky-panel-head">
        <div>
          <Box variant="h3" tagOverride="h2" padding="n">
            {title}
          </Box>
          <Box color="text-body-secondary" variant="small">
            {subtitle}
          </Box>
        </div>
        {mark}
        <Button variant="icon" iconName="close" ariaLabel="Close the details" onClick={onClose} />
      </div>
      {children}
    </aside>
  );
}

/** Things, and beside them a DetailPanel while one of them is selected. */
export function Beside({ children }: { children: ReactNode }) {
  return <div className="sky-beside">{children}</div>;
}
