/** The list of events. */

import Button from "@cloudscape-design/components/button";
import Link from "@cloudscape-design/components/link";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { Empty } from "../../components/empty";
import { Instant } from "../../components/instant";
import { type AuditEvent, namesOf } from "../../model/audit_event";
import type { useEvents } from "../../query/events";
import { useViewState } from "../../url/view_state";

interface EventTableProps {
  readonly found: ReturnType<typeof useEvents>;
  /** Those of the found that are shown. */
  readonly events: readonly AuditEvent[];
  readonly selected: AuditEvent | undefined;
}

export function EventTable({ found, events, selected }: EventTableProps) {
  const { change } = useViewState();
  const open = (event: AuditEvent) => change({ event: event.id === selected?.id ? undefined : event.id }, "replace");
  return (
    <Table
      items={events}
      columnDefinitions={columns(open)}
      trackBy="id"
      loading={found.isPending}
      loadingText="Looking events up"
      contentDensity="compact"
      resizableColumns
      enableKeyboardNavigation
      selectedItems={selected ? [selected] : []}
      onRowClick={({ detail }) => open(detail.item)}
      ariaLabels={{ tableLabel: "Events" }}
      empty={<Empty title="No events">Nothing in this time is what you look for.</Empty>}
      footer={
        found.hasNextPage && (
          <div className="sky-more">
            <Button onClick={() => void found.fetchNextPage()} loading={found.isFetchingNextPage}>
              Show more
            </Button>
          </div>
        )
      }
    />
  );
}

function columns(open: (event: AuditEvent) => void): TableProps.ColumnDefinition<AuditEvent>[] {
  return [
    {
      id: "name",
      header: "Event",
      isRowHeader: true,
      width: 180,
      cell: (event) => (
        <Link
          href="#"
          onFollow={(follow) => {
            follow.preventDefault();
            open(event);
          }}
        >
          {event.name}
        </Link>
      ),
    },
    { id: "time", header: "Time", cell: ({ time }) => time && <Instant at={time} />, width: 170 },
    { id: "user", header: "User", cell: ({ user }) => user || "–", width: 100 },
    { id: "source", header: "Service", cell: ({ source }) => source, width: 90 },
    {
      id: "resources",
      header: "Resources",
      cell: ({ resources }) => namesOf(resources).join(", ") || "–",
      minWidth: 170,
    },
    {
      id: "error",
      header: "Outcome",
      width: 140,
      cell: ({ error }) =>
        error ? <StatusIndicator type="error">{error}</StatusIndicator> : <StatusIndicator>Done</StatusIndicator>,
    },
    { id: "address", header: "From", cell: ({ address }) => address, width: 115 },
  ];
}
