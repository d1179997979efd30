/** Asks before a group is deleted. */

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { ProblemAlert } from "../../components/problem_alert";
import { useDeleteGroup } from "../../query/groups";

export function DeleteGroup({ name, onClose }: { name: string; onClose: () => void }) {
  const remove = useDeleteGroup();
  return (
    <Modal
      visible
      onDismiss={onClose}
      header={`Delete ${name}?`}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button
              variant="primary"
              loading={remove.isPending}
              onClick={() => remove.mutate(name, { onSuccess: onClose })}
            >
              Delete
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Box>Its map and counts go with it. The traces stay.</Box>
        {remove.error && <ProblemAlert error={remove.error} />}
      </SpaceBetween>
    </Modal>
  );
}
