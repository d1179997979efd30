/** Event history: who did what, and what came of it. */

import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect } from "react";
import { CopyAs } from "../../components/copy_as";
import { Beside } from "../../components/detail_panel";
import { Download } from "../../components/download";
import { ProblemAlert } from "../../components/problem_alert";
import { TimeRangePicker } from "../../components/time_range_picker";
import { ATTRIBUTES, EVENT_COLUMNS, isDeletion } from "../../model/audit_event";
import type { RelativeRange } from "../../model/time_range";
import { useAnchor, useWindow } from "../../query/anchor";
import { useEvents } from "../../query/events";
import { useTimeRange, useViewState } from "../../url/view_state";
import { EventPanel } from "./event_panel";
import { EventSearch } from "./event_search";
import { EventTable } from "./event_table";

const MOST_SECONDS = 90 * 86400;
const LAST_DAY: RelativeRange = { kind: "relative", seconds: 86400 };

export default function EventsPage() {
  const { get, change } = useViewState();
  const [range] = useTimeRange(LAST_DAY);
  const window = useWindow(range);
  const { refresh } = useAnchor();
  const attribute = ATTRIBUTES.find(({ key }) => key === get("attribute"))?.key ?? "ReadOnly";
  // As in AWS's console, what only read stands back until it is asked for.
  const value = get("value") ?? (attribute === "ReadOnly" ? "false" : "");
  const found = useEvents({ window, attribute, value: value === "any" ? "" : value });
  const onlyDeletions = get("only") === "deletions";
  const events = onlyDeletions ? found.events.filter(isDeletion) : found.events;
  useUntilFound(found, events.length);
  const selected = events.find(({ id }) => id === get("event"));
  return (
    <SpaceBetween size="m">
      <Header
        variant="h1"
        description="Every call of every service, who made it, and what came of it."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <TimeRangePicker mostSeconds={MOST_SECONDS} fallback={LAST_DAY} />
            <Button iconName="refresh" ariaLabel="Refresh" loading={found.isFetching} onClick={refresh} />
            <CopyAs calls={[found.call]} />
            <Download name="events" columns={EVENT_COLUMNS} rows={events} />
          </SpaceBetween>
        }
      >
        Event history
      </Header>
      <EventSearch attribute={attribute} value={value} onlyDeletions={onlyDeletions} />
      {found.error && <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />}
      {!found.error && (
        <Beside>
          <EventTable found={found} events={events} selected={selected} />
          {selected && <EventPanel event={selected} onClose={() => change({ event: undefined }, "replace")} />}
        </Beside>
      )}
    </SpaceBetween>
  );
}

/** Goes on through the pages while none of what was read is shown: LookupEvents takes one attribute, the rest is ours. */
function useUntilFound({ hasNextPage, isFetching, error, fetchNextPage }: ReturnType<typeof useEvents>, shown: number) {
  const goesOn = shown === 0 && hasNextPage && !isFetching && !error;
  useEffect(() => {
    if (goesOn) void fetchNextPage();
  }, [goesOn, fetchNextPage]);
}
