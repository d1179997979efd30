/** What changed from one time range to another, part by part, with the figures of both. */

import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import Toggle from "@cloudscape-design/components/toggle";
import { useMemo } from "react";
import { Download } from "../../components/download";
import { Quiet } from "../../components/quiet";
import { VerdictBadges } from "../../graph/verdict_badge";
import { formatSeconds } from "../../model/instant";
import { CHANGE_COLUMNS, type Figures, LEAST_REQUESTS, type PartChange } from "../../model/map_difference";
import { ordered, SORTS, type Sort } from "../../model/map_difference_order";
import { formatShare } from "../../model/share";
import { useViewState } from "../../url/view_state";

interface ChangesTableProps {
  readonly changes: ReadonlyMap<string, PartChange>;
  readonly chosen: string | undefined;
}

export function ChangesTable({ changes, chosen }: ChangesTableProps) {
  const { get, change } = useViewState();
  const showsAll = get("changes") === "all";
  const sort = sortOf(get("sort"));
  const rows = useMemo(() => {
    const all = [...changes.values()];
    return ordered(showsAll ? all : all.filter(({ verdicts }) => verdicts.length > 0), sort);
  }, [changes, showsAll, sort]);
  const columns = columnsOf((id) => change({ chosen: id, slice: undefined, outcomes: undefined }, "push"));
  const by = sort.replace(/^-/, "");
  return (
    <Table
      items={rows}
      columnDefinitions={columns}
      trackBy="id"
      variant="container"
      contentDensity="compact"
      selectedItems={rows.filter(({ id }) => id === chosen)}
      sortingColumn={columns.find(({ id }) => id === by) ?? {}}
      sortingDescending={sort.startsWith("-")}
      onSortingChange={({ detail }) => {
        const id = columns.find(({ sortingField }) => sortingField === detail.sortingColumn.sortingField)?.id ?? "";
        change({ sort: `${detail.isDescending ? "-" : ""}${id}` }, "replace");
      }}
      ariaLabels={{ tableLabel: "What changed" }}
      empty={<Quiet>Nothing changed that chance would not explain.</Quiet>}
      header={
        <Header
          counter={`(${rows.length})`}
          description={DESCRIPTION}
          actions={
            <SpaceBetween direction="horizontal" size="s" alignItems="center">
              <Toggle
                checked={showsAll}
                onChange={({ detail }) => change({ changes: detail.checked ? "all" : undefined }, "replace")}
              >
                Also what did not change
              </Toggle>
              <Download name="trace-map-changes" columns={CHANGE_COLUMNS} rows={rows} />
            </SpaceBetween>
          }
        >
          What changed
        </Header>
      }
    />
  );
}

const DESCRIPTION = `Slower, faster and faulty mean: at least ${LEAST_REQUESTS} requests on both sides, and a difference of 10 % (of 1 % of the requests, for faults) that chance gives less than once in a thousand.`;

function sortOf(text: string | undefined): Sort {
  return SORTS.find((sort) => sort === text) ?? "verdicts";
}

function columnsOf(onChoose: (id: string) => void): TableProps.ColumnDefinition<PartChange>[] {
  const figure = (id: keyof Figures, header: string, format: (value: number) => string) => ({
    id,
    header,
    sortingField: id,
    cell: (row: PartChange) => <BeforeAndNow before={row.before?.[id]} now={row.now?.[id]} format={format} />,
  });
  return [
    {
      id: "name",
      header: "Node or call",
      sortingField: "name",
      isRowHeader: true,
      minWidth: 180,
      cell: ({ id, name }) => <Link onFollow={() => onChoose(id)}>{name}</Link>,
    },
    {
      id: "verdicts",
      header: "Change",
      sortingField: "verdicts",
      cell: ({ verdicts }) => (verdicts.length ? <VerdictBadges verdicts={verdicts} /> : <Quiet>none</Quiet>),
    },
    figure("requests", "Requests", (value) => value.toLocaleString("en")),
    figure("mean", "Mean", formatSeconds),
    figure("p50", "p50", formatSeconds),
    figure("p90", "p90", formatSeconds),
    figure("p99", "p99", formatSeconds),
    figure("badShare", "Ended badly", formatShare),
  ];
}

interface BeforeAndNowProps {
  readonly before: number | undefined;
  readonly now: number | undefined;
  readonly format: (value: number) => string;
}

export function BeforeAndNow({ before, now, format }: BeforeAndNowProps) {
  return (
    <span className="sky-number">
      <Quiet>{before === undefined ? "–" : format(before)} →</Quiet> {now === undefined ? "–" : format(now)}
    </span>
  );
}
