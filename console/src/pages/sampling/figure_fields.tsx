/** A rule's name, its place in the order and how much it samples. */

import ColumnLayout from "@cloudscape-design/components/column-layout";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { isDefault } from "../../model/sampling_rule";
import type { FieldsProps } from "./rule_form";

export function FigureFields({ draft, faults, onChange, isNew }: FieldsProps & { isNew: boolean }) {
  return (
    <SpaceBetween size="l">
      {isNew && (
        <FormField label="Name" errorText={faults.name}>
          <Input value={draft.name} onChange={({ detail }) => onChange({ name: detail.value })} autoFocus />
        </FormField>
      )}
      <ColumnLayout columns={3}>
        <FormField label="Priority" constraintText="1 is tried first" errorText={faults.priority}>
          <NumberInput
            value={draft.priority}
            disabled={isDefault(draft)}
            onChange={(priority) => onChange({ priority })}
          />
        </FormField>
        <FormField label="Reservoir" constraintText="requests a second" errorText={faults.reservoir}>
          <NumberInput value={draft.reservoir} onChange={(reservoir) => onChange({ reservoir })} />
        </FormField>
        <FormField label="Rate" constraintText="percent of what is left" errorText={faults.rate}>
          <NumberInput
            value={Number((draft.rate * 100).toPrecision(12))}
            onChange={(value) => onChange({ rate: value / 100 })}
          />
        </FormField>
      </ColumnLayout>
    </SpaceBetween>
  );
}

interface NumberInputProps {
  readonly value: number;
  readonly disabled?: boolean;
  readonly onChange: (value: number) => void;
}

/** Keeps what was typed as it was typed; what is no number is NaN, which no field takes. */
function NumberInput({ value, disabled = false, onChange }: NumberInputProps) {
  const [text, setText] = useState(String(value));
  return (
    <Input
      value={text}
      inputMode="decimal"
      disabled={disabled}
      onChange={({ detail }) => {
        setText(detail.value);
        onChange(detail.value.trim() === "" ? Number.NaN : Number(detail.value));
      }}
    />
  );
}
