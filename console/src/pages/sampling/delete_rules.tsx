/** Asks before rules are deleted, with what that means. */

import Box from "@cloudscape-design/components/box";
import { ChangeModal } from "../../components/change_modal";
import { deleteCalls, useDeleteRules } from "../../query/sampling";

export function DeleteRules({ names, onClose }: { names: readonly string[]; onClose: () => void }) {
  const remove = useDeleteRules();
  return (
    <ChangeModal
      header={names.length === 1 ? `Delete ${names[0]}?` : `Delete ${names.length} rules?`}
      confirm="Delete"
      change={remove}
      calls={deleteCalls(names)}
      onConfirm={() => remove.mutate(names, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Box>
        Requests that meet {names.length === 1 ? <strong>{names[0]}</strong> : "these rules"} now will meet the next
        rule that they fit, within minutes. The statistics are deleted as well.
      </Box>
    </ChangeModal>
  );
}
