/** A dialog in which something is changed: what to change, why it was refused, and the call that a script would make. */

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";
import type { CallText } from "../model/copy_as";
import { CopyAs } from "./copy_as";
import { ProblemAlert } from "./problem_alert";
import { useReturnedFocus } from "./returned_focus";

interface ChangeModalProps {
  readonly header: string;
  /** What the button says that makes the change. */
  readonly confirm: string;
  readonly change: { readonly isPending: boolean; readonly error: Error | null };
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  /** The calls of the change; none while it is not whole. Left out where nobody would copy them. */
  readonly calls?: readonly CallText[];
  readonly isLarge?: boolean;
  readonly children: ReactNode;
}

export function ChangeModal({
  header,
  confirm,
  change,
  onConfirm,
  onClose,
  calls,
  isLarge,
  children,
}: ChangeModalProps) {
  useReturnedFocus();
  return (
    <Modal
      visible
      size={isLarge ? "large" : "medium"}
      onDismiss={onClose}
      header={header}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            {calls && <CopyAs calls={calls} />}
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" loading={change.isPending} onClick={onConfirm}>
              {confirm}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="l">
        {children}
        {change.error && <ProblemAlert error={change.error} />}
      </SpaceBetween>
    </Modal>
  );
}
