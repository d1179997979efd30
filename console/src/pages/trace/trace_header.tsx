/** The head of a trace: its request, how it ended, and what it took. */

import Button from "@cloudscape-design/components/button";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { CopyAs } from "../../components/copy_as";
import { saveFile } from "../../components/download";
import { Facts } from "../../components/facts";
import { Instant } from "../../components/instant";
import { OutcomeMark } from "../../components/outcome";
import { formatSeconds } from "../../model/instant";
import type { Entity } from "../../model/trace";
import { pathOf } from "../../model/trace_row";
import { openEnd } from "../../model/waterfall";
import { type FoundTrace, tracesCall } from "../../query/trace";
import { hashOf, tracesPath } from "../../url/paths";
import { useViewState } from "../../url/view_state";
import { CompareDialog } from "./compare_dialog";
import { useGrowing } from "./growing";

export function TraceHeader({ found }: { found: FoundTrace }) {
  const { id, trace, documents } = found;
  const { get, change } = useViewState();
  const root = trace.roots[0];
  const counts = `${trace.services.length} ${trace.services.length === 1 ? "service" : "services"}, ${trace.entities.length.toLocaleString("en")} spans`;
  return (
    <SpaceBetween size="s">
      <Header
        variant="h1"
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button onClick={() => change({ dialog: "compare" }, "push")}>Compare with…</Button>
            <CopyAs calls={[tracesCall([id])]} />
            <Button onClick={() => saveFile(`${id}.json`, "application/json", JSON.stringify(documents, null, 2))}>
              Download JSON
            </Button>
          </SpaceBetween>
        }
        description={
          <CopyToClipboard
            variant="inline"
            textToCopy={id}
            copyButtonAriaLabel="Copy the trace id"
            copySuccessText="Copied"
            copyErrorText="The browser did not copy it"
          />
        }
      >
        {root ? titleOf(root) : id}
      </Header>
      <Facts
        facts={[
          { label: "Status", value: root && <OutcomeMark outcome={root.outcome} text={statusOf(root)} /> },
          {
            label: "Response time",
            value: root?.end === undefined ? "In progress" : formatSeconds(root.end - root.start),
          },
          {
            label: "Duration",
            value: trace.isPartial ? <SoFar found={found} /> : formatSeconds(trace.duration),
          },
          { label: "Start", value: <Instant at={trace.start} milliseconds /> },
          { label: "Size", value: counts },
          { label: "User", value: <User name={userOf(trace.entities)} /> },
        ]}
      />
      {get("dialog") === "compare" && (
        <CompareDialog id={id} trace={trace} onClose={() => change({ dialog: undefined }, "replace")} />
      )}
    </SpaceBetween>
  );
}

function SoFar({ found: { trace, at } }: { found: FoundTrace }) {
  const now = useGrowing(trace, at);
  return <span className="sky-number">{formatSeconds(openEnd(trace, now))} so far</span>;
}

function titleOf({ name, document }: Entity): string {
  const { method, url } = document.http?.request ?? {};
  return url ? `${method?.toUpperCase() ?? ""} ${pathOf(url)}`.trim() : name;
}

function statusOf({ document }: Entity): string | undefined {
  const status = document.http?.response?.status;
  return status === undefined ? undefined : String(status);
}

function userOf(entities: readonly Entity[]): string | undefined {
  return entities.find(({ document }) => document.user)?.document.user;
}

function User({ name }: { name: string | undefined }) {
  if (!name) return "–";
  return <Link href={hashOf(tracesPath({ filter: `user = ${JSON.stringify(name)}` }))}>{name}</Link>;
}
