/** Creates a rule or changes one. */

import Box from "@cloudscape-design/components/box";
import { useState } from "react";
import { ChangeModal } from "../../components/change_modal";
import { type Fault, faultsOf, isDefault, type SamplingRule } from "../../model/sampling_rule";
import { createCall, updateCall, useCreateRule, useUpdateRule } from "../../query/sampling";
import { CriteriaFields } from "./criteria_fields";
import { FigureFields } from "./figure_fields";

interface RuleFormProps {
  readonly rule: SamplingRule;
  readonly rules: readonly SamplingRule[];
  readonly onClose: () => void;
}

export interface FieldsProps {
  readonly draft: SamplingRule;
  readonly faults: Fault;
  readonly onChange: (changes: Partial<SamplingRule>) => void;
}

export function RuleForm({ rule, rules, onClose }: RuleFormProps) {
  const [draft, setDraft] = useState(rule);
  const [tried, setTried] = useState(false);
  const isNew = rule.name === "";
  const create = useCreateRule();
  const update = useUpdateRule();
  const save = isNew ? create : update;
  const faults = faultsOf(draft, new Set(isNew ? rules.map(({ name }) => name) : []));
  const faultless = Object.keys(faults).length === 0;
  const submit = () => {
    setTried(true);
    if (faultless) save.mutate(draft, { onSuccess: onClose });
  };
  const shown = tried ? faults : {};
  const fields = {
    draft,
    faults: shown,
    onChange: (changes: Partial<SamplingRule>) => setDraft({ ...draft, ...changes }),
  };
  return (
    <ChangeModal
      isLarge
      header={isNew ? "Create a sampling rule" : `Edit ${rule.name}`}
      confirm={isNew ? "Create" : "Save"}
      change={save}
      calls={faultless ? [isNew ? createCall(draft) : updateCall(draft)] : []}
      onConfirm={submit}
      onClose={onClose}
    >
      <FigureFields {...fields} isNew={isNew} />
      {isDefault(rule) ? (
        <Box color="text-body-secondary">Default is for every request that no other rule is for.</Box>
      ) : (
        <CriteriaFields {...fields} />
      )}
    </ChangeModal>
  );
}
