/** Chooses what a trace is held against: the typical one of its kind, or any by its id. */

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useState } from "react";
import { useNavigate } from "react-router";
import { problemOf } from "../../aws/problem";
import { CopyAs } from "../../components/copy_as";
import { useReturnedFocus } from "../../components/returned_focus";
import type { Trace } from "../../model/trace";
import { traceIdOf } from "../../model/trace_id";
import { type TypicalTrace, useTypicalTrace } from "../../query/typical_trace";
import { comparePath } from "../../url/paths";

interface CompareDialogProps {
  readonly id: string;
  readonly trace: Trace;
  readonly onClose: () => void;
}

export function CompareDialog({ id, trace, onClose }: CompareDialogProps) {
  const navigate = useNavigate();
  useReturnedFocus();
  const { data: typical, error } = useTypicalTrace(id, trace);
  const [chosen, setChosen] = useState<"typical" | "given">("typical");
  const [typed, setTyped] = useState("");
  const given = traceIdOf(typed);
  const other = chosen === "typical" ? typical?.id : given;
  const compare = () => other && navigate(comparePath(other, id));
  return (
    <Modal
      visible
      onDismiss={onClose}
      header="Compare this trace"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <CopyAs calls={typical ? [typical.call] : []} />
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" disabled={!other} onClick={compare}>
              Compare
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <RadioGroup
          ariaLabel="Compare with"
          value={chosen}
          onChange={({ detail }) => setChosen(detail.value === "given" ? "given" : "typical")}
          items={[
            { value: "typical", label: "The typical trace", description: <Typical found={typical} error={error} /> },
            { value: "given", label: "A trace of your choice" },
          ]}
        />
        {chosen === "given" && (
          <FormField label="Trace id" errorText={typed && !given ? "This is no trace id." : undefined} stretch>
            <Input
              value={typed}
              autoFocus
              placeholder="1-6a1f2b3c-0123456789abcdef01234567"
              onChange={({ detail }) => setTyped(detail.value.trim())}
              onKeyDown={({ detail }) => detail.key === "Enter" && compare()}
            />
          </FormField>
        )}
      </SpaceBetween>
    </Modal>
  );
}

interface TypicalProps {
  readonly found: TypicalTrace | null | undefined;
  readonly error: Error | null;
}

function Typical({ found, error }: TypicalProps) {
  if (error) return <StatusIndicator type="error">{problemOf(error).message}</StatusIndicator>;
  if (found === undefined) return <StatusIndicator type="loading">Looking for it</StatusIndicator>;
  if (!found?.id) return "No other trace within an hour of this one is like it.";
  return (
    <>
      The median of {found.among.toLocaleString("en")} within an hour of this one:{" "}
      <span className="sky-code sky-break">{found.filter}</span>
    </>
  );
}
