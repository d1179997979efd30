/** What moved the end of the request, in order of its part. */

import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useMemo } from "react";
import { Download } from "../../components/download";
import { Quiet } from "../../components/quiet";
import { formatSeconds } from "../../model/instant";
import { CAUSE_COLUMNS, type Cause, changeOf } from "../../model/slowdown";
import { noteOf } from "../../model/trace";
import { signed } from "../../model/trace_comparison";
import { anyOf } from "../../model/trace_pairs";
import { useViewState } from "../../url/view_state";
import { Delta } from "./delta";

const MOST = 50;

interface CausesTableProps {
  readonly causes: readonly Cause[];
  readonly added: number;
}

export function CausesTable({ causes, added }: CausesTableProps) {
  const { change } = useViewState();
  // What is asked is why B is slower, or why it is faster: the answer comes first.
  const ordered = useMemo(() => (added < 0 ? [...causes].reverse() : causes), [causes, added]);
  const most = Math.max(0, ...causes.map((cause) => Math.abs(cause.added)));
  const show = (cause: Cause) => change({ view: "timeline", selected: cause.pair.key, collapsed: undefined }, "push");
  return (
    <Table
      items={ordered.slice(0, MOST)}
      columnDefinitions={columns(most, show)}
      trackBy="path"
      contentDensity="compact"
      wrapLines
      ariaLabels={{ tableLabel: "What makes the difference" }}
      empty={<Quiet>Nothing: both waited for the same work as long.</Quiet>}
      header={
        <Header
          counter={`(${causes.length})`}
          description={`What the answer waited for, B against A. Together ${signed(added, formatSeconds)}, which is the whole difference.`}
          actions={<Download name="comparison-causes" columns={CAUSE_COLUMNS} rows={ordered} />}
        >
          By contribution
        </Header>
      }
      {...(ordered.length > MOST ? { footer: `The first ${MOST} of ${ordered.length}; the download has all.` } : {})}
    />
  );
}

function columns(most: number, show: (cause: Cause) => void): TableProps.ColumnDefinition<Cause>[] {
  return [
    { id: "added", header: "Adds", cell: ({ added }) => <Delta seconds={added} most={most} />, width: 190 },
    {
      id: "name",
      header: "Work",
      isRowHeader: true,
      minWidth: 220,
      cell: (cause) => (
        <>
          <Link
            href="#"
            onFollow={(event) => {
              event.preventDefault();
              show(cause);
            }}
          >
            {cause.name}
          </Link>
          <Note cause={cause} />
        </>
      ),
    },
    { id: "service", header: "Service", cell: ({ service }) => service, width: 170 },
    { id: "change", header: "Change", cell: changeOf, width: 170 },
    { id: "a", header: "In A", cell: ({ secondsInA }) => <Seconds of={secondsInA} />, width: 100 },
    { id: "b", header: "In B", cell: ({ secondsInB }) => <Seconds of={secondsInB} />, width: 100 },
  ];
}

function Note({ cause: { pair } }: { cause: Cause }) {
  const note = noteOf(anyOf(pair));
  return note ? (
    <Box variant="small" color="text-body-secondary" display="block">
      <span className="sky-break">{note}</span>
    </Box>
  ) : null;
}

function Seconds({ of }: { of: number }) {
  return <span className="sky-number">{of > 0 ? formatSeconds(of) : "–"}</span>;
}
