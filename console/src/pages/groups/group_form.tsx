/** Creates a group or changes its expression, which is tried on the newest traces while it is typed. */

import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { ChangeModal } from "../../components/change_modal";
import { FilterEditor } from "../../components/filter_editor";
import { type Group, groupFaults } from "../../model/group";
import { createGroupCall, updateGroupCall, useSaveGroup } from "../../query/groups";
import { TriedOn, useTriedExpression } from "./tried_expression";

const PLACEHOLDER = 'service("checkout") AND responsetime > 2';

interface GroupFormProps {
  readonly group: Group;
  readonly groups: readonly Group[];
  readonly onClose: () => void;
}

export function GroupForm({ group, groups, onClose }: GroupFormProps) {
  const [draft, setDraft] = useState(group);
  const [submitted, setSubmitted] = useState(false);
  const tried = useTriedExpression(draft.expression);
  const isNew = group.name === "";
  const save = useSaveGroup(isNew);
  const faults = groupFaults(draft, new Set(isNew ? groups.map(({ name }) => name) : []));
  const faultless = Object.keys(faults).length === 0;
  const shown = submitted ? faults : {};
  const write = (expression: string) => setDraft((before) => ({ ...before, expression }));
  const submit = () => {
    setSubmitted(true);
    if (faultless) save.mutate(draft, { onSuccess: onClose });
  };
  return (
    <ChangeModal
      isLarge
      header={isNew ? "Create a group" : `Edit ${group.name}`}
      confirm={isNew ? "Create" : "Save"}
      change={save}
      calls={faultless ? [isNew ? createGroupCall(draft) : updateGroupCall(draft)] : []}
      onConfirm={submit}
      onClose={onClose}
    >
      {isNew && (
        <FormField label="Name" errorText={shown.name}>
          <Input value={draft.name} onChange={({ detail }) => setDraft({ ...draft, name: detail.value })} autoFocus />
        </FormField>
      )}
      <FormField label="Filter expression" errorText={shown.expression ?? tried.refusal} stretch>
        <FilterEditor
          value={draft.expression}
          seen={tried.seen}
          error={tried.refusal}
          placeholder={PLACEHOLDER}
          onSubmit={write}
          onChange={write}
        />
      </FormField>
      <TriedOn tried={tried} />
    </ChangeModal>
  );
}
