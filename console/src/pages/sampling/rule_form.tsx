/** Creates a rule or changes one. */

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { CopyAs } from "../../components/copy_as";
import { ProblemAlert } from "../../components/problem_alert";
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
    <Modal
      visible
      size="large"
      onDismiss={onClose}
      header={isNew ? "Create a sampling rule" : `Edit ${rule.name}`}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <CopyAs calls={faultless ? [isNew ? createCall(draft) : updateCall(draft)] : []} />
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" loading={save.isPending} onClick={submit}>
              {isNew ? "Create" : "Save"}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="l">
        <FigureFields {...fields} isNew={isNew} />
        {isDefault(rule) ? (
          <Box color="text-body-secondary">Default is for every request that no other rule is for.</Box>
        ) : (
          <CriteriaFields {...fields} />
        )}
        {save.error && <ProblemAlert error={save.error} />}
      </SpaceBetween>
    </Modal>
  );
}
