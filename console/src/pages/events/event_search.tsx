/** What to look for: one attribute at a time, as LookupEvents takes it. */

import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import Toggle from "@cloudscape-design/components/toggle";
import { useEffect, useState } from "react";
import { ATTRIBUTES, type AttributeKey } from "../../model/audit_event";
import { useViewState } from "../../url/view_state";

const ATTRIBUTE_OPTIONS = ATTRIBUTES.map(({ key, label }) => ({ value: key, label }));
const READ_ONLY_OPTIONS = [
  { value: "false", label: "Calls that change something" },
  { value: "true", label: "Calls that only read" },
  { value: "any", label: "All calls" },
];

interface EventSearchProps {
  readonly attribute: AttributeKey;
  readonly value: string;
  readonly onlyDeletions: boolean;
}

export function EventSearch({ attribute, value, onlyDeletions }: EventSearchProps) {
  const { change } = useViewState();
  return (
    <div className="sky-toolbar">
      <Select
        options={ATTRIBUTE_OPTIONS}
        selectedOption={ATTRIBUTE_OPTIONS.find((option) => option.value === attribute) ?? null}
        onChange={({ detail }) =>
          change({ attribute: detail.selectedOption.value, value: undefined, event: undefined }, "push")
        }
        ariaLabel="Look for"
      />
      {attribute === "ReadOnly" ? (
        <Select
          options={READ_ONLY_OPTIONS}
          selectedOption={READ_ONLY_OPTIONS.find((option) => option.value === value) ?? null}
          onChange={({ detail }) => change({ value: detail.selectedOption.value, event: undefined }, "push")}
          ariaLabel="Which calls"
        />
      ) : (
        <ValueField attribute={attribute} value={value} />
      )}
      <Toggle
        checked={onlyDeletions}
        onChange={({ detail }) => change({ only: detail.checked ? "deletions" : undefined, event: undefined }, "push")}
      >
        Deletions only
      </Toggle>
    </div>
  );
}

/** Searches on Enter and when it is cleared: each search is a call. */
function ValueField({ attribute, value }: { attribute: AttributeKey; value: string }) {
  const { change } = useViewState();
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const search = (text: string) => change({ value: text.trim(), event: undefined }, "push");
  return (
    <div className="sky-toolbar-wide">
      <Input
        type="search"
        value={typed}
        placeholder={`Such as ${ATTRIBUTES.find(({ key }) => key === attribute)?.example}; Enter searches`}
        ariaLabel="Value"
        onChange={({ detail }) => {
          setTyped(detail.value);
          if (!detail.value) search("");
        }}
        onKeyDown={({ detail }) => detail.key === "Enter" && search(typed)}
      />
    </div>
  );
}
