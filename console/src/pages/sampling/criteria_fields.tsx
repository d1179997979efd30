/** Which requests a rule is for: patterns in which * stands for anything and ? for one character. */

import AttributeEditor from "@cloudscape-design/components/attribute-editor";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { CRITERIA } from "../../model/sampling_rule";
import type { FieldsProps } from "./rule_form";

export function CriteriaFields({ draft, faults, onChange }: FieldsProps) {
  return (
    <SpaceBetween size="l">
      <ColumnLayout columns={2}>
        {CRITERIA.map(({ field, label }) => (
          <FormField key={field} label={label} errorText={faults[field]}>
            <Input value={draft[field]} onChange={({ detail }) => onChange({ [field]: detail.value })} />
          </FormField>
        ))}
      </ColumnLayout>
      <FormField
        label="Attributes"
        description="Of segments that are sampled where they begin, such as tenant or http.route."
        errorText={faults.attributes}
        stretch
      >
        <AttributePatterns value={draft.attributes} onChange={(attributes) => onChange({ attributes })} />
      </FormField>
    </SpaceBetween>
  );
}

interface Pair {
  readonly key: string;
  readonly pattern: string;
}

interface AttributePatternsProps {
  readonly value: Readonly<Record<string, string>>;
  readonly onChange: (value: Readonly<Record<string, string>>) => void;
}

export function AttributePatterns({ value, onChange }: AttributePatternsProps) {
  const [pairs, setPairs] = useState<readonly Pair[]>(() =>
    Object.entries(value).map(([key, pattern]) => ({ key, pattern })),
  );
  const set = (next: readonly Pair[]) => {
    setPairs(next);
    onChange(Object.fromEntries(next.map(({ key, pattern }) => [key, pattern])));
  };
  const replace = (index: number, changes: Partial<Pair>) =>
    set(pairs.map((pair, at) => (at === index ? { ...pair, ...changes } : pair)));
  return (
    <AttributeEditor
      items={pairs}
      addButtonText="Add attribute"
      removeButtonText="Remove"
      empty="None"
      onAddButtonClick={() => set([...pairs, { key: "", pattern: "*" }])}
      onRemoveButtonClick={({ detail }) => set(pairs.filter((_, index) => index !== detail.itemIndex))}
      definition={[
        {
          label: "Key",
          control: (pair, index) => (
            <Input value={pair.key} onChange={({ detail }) => replace(index, { key: detail.value })} />
          ),
        },
        {
          label: "Value",
          control: (pair, index) => (
            <Input value={pair.pattern} onChange={({ detail }) => replace(index, { pattern: detail.value })} />
          ),
        },
      ]}
    />
  );
}
