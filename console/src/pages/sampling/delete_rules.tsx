/** Asks before rules are deleted, with what that means. */

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { ProblemAlert } from "../../components/problem_alert";
import { useDeleteRules } from "../../query/sampling";

export function DeleteRules({ names, onClose }: { names: readonly string[]; onClose: () => void }) {
  const remove = useDeleteRules();
  return (
    <Modal
      visible
      onDismiss={onClose}
      header={names.length === 1 ? `Delete ${names[0]}?` : `Delete ${names.length} rules?`}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button
              variant="primary"
              loading={remove.isPending}
              onClick={() => remove.mutate(names, { onSuccess: onClose })}
            >
              Delete
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Box>
          Requests that meet {names.length === 1 ? <strong>{names[0]}</strong> : "these rules"} now will meet the next
          rule that they fit, within minutes. The statistics are deleted as well.
        </Box>
        {remove.error && <ProblemAlert error={remove.error} />}
      </SpaceBetween>
    </Modal>
  );
}
