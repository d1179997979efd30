/** Asks before a group is deleted. */

import Box from "@cloudscape-design/components/box";
import { ChangeModal } from "../../components/change_modal";
import { deleteGroupCall, useDeleteGroup } from "../../query/groups";

export function DeleteGroup({ name, onClose }: { name: string; onClose: () => void }) {
  const remove = useDeleteGroup();
  return (
    <ChangeModal
      header={`Delete ${name}?`}
      confirm="Delete"
      change={remove}
      calls={[deleteGroupCall(name)]}
      onConfirm={() => remove.mutate(name, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Box>Its map and counts go with it. The traces stay.</Box>
    </ChangeModal>
  );
}
