/** A line for each check: what was found, and what to do where something is wrong. */

import Box from "@cloudscape-design/components/box";
import Link from "@cloudscape-design/components/link";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { Quiet } from "../../components/quiet";
import { type Checked, checked, type Finding } from "../../model/finding";
import { useConnection } from "../../query/connection";
import { hashOf, tracePath } from "../../url/paths";
import { hrefInRegion } from "../../url/region";

interface FindingsTableProps {
  readonly findings: readonly Finding[];
  readonly isChecking: boolean;
}

export function FindingsTable({ findings, isChecking }: FindingsTableProps) {
  return (
    <Table
      items={checked(isChecking ? [] : findings)}
      columnDefinitions={columns(isChecking)}
      trackBy="check"
      wrapLines
      ariaLabels={{ tableLabel: "Findings" }}
    />
  );
}

function columns(isChecking: boolean): TableProps.ColumnDefinition<Checked>[] {
  return [
    {
      id: "state",
      header: "State",
      width: 130,
      cell: ({ found }) => <State found={found} isChecking={isChecking} />,
    },
    {
      id: "check",
      header: "Check",
      isRowHeader: true,
      minWidth: 220,
      cell: ({ check, says }) => (
        <>
          {says || check}
          <Box variant="small" color="text-body-secondary" display="block">
            {check}
          </Box>
        </>
      ),
    },
    { id: "finding", header: "Found, and what to do", minWidth: 300, cell: ({ found }) => <Found found={found} /> },
  ];
}

function State({ found, isChecking }: { found: Finding | undefined; isChecking: boolean }) {
  const [type, text] = stateOf(found, isChecking);
  return <StatusIndicator type={type}>{text}</StatusIndicator>;
}

function stateOf(found: Finding | undefined, isChecking: boolean): [StatusIndicatorProps.Type, string] {
  if (isChecking) return ["in-progress", "Checking"];
  if (!found) return ["stopped", "Not made"];
  return found.ok ? ["success", "Works"] : ["error", "Fails"];
}

function Found({ found }: { found: Finding | undefined }) {
  if (!found) return <Quiet>–</Quiet>;
  const { finding, advice, traceId } = found;
  return (
    <>
      <span className="sky-break">{traceId ? <WithTrace id={traceId}>{finding}</WithTrace> : finding}</span>
      {advice && (
        <Box variant="p" fontWeight="bold">
          → <Commands of={advice} />
        </Box>
      )}
    </>
  );
}

/** A text in which what stands between backticks is typed. */
function Commands({ of }: { of: string }) {
  return of.split("`").map((piece, at) => (at % 2 ? <code key={piece + String(at)}>{piece}</code> : piece));
}

/** A text in which a trace's id leads to the trace, and stands on one line. */
function WithTrace({ id, children }: { id: string; children: string }) {
  const [before, ...after] = children.split(id);
  return (
    <>
      {before}
      <TestTrace id={id} />
      {after.join(id)}
    </>
  );
}

/** The checks are made in the server's own region, wherever one looks. */
function TestTrace({ id }: { id: string }) {
  const { session, clients } = useConnection();
  const hash = hashOf(tracePath(id));
  return (
    <span className="sky-one-line">
      <Link
        href={clients.region === session.Region ? hash : hrefInRegion(session.Region, hash)}
        ariaLabel={`View the trace ${id}`}
      >
        {id}
      </Link>
    </span>
  );
}
