/** Which traces the map is drawn from, and how many of those that match. */

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Link from "@cloudscape-design/components/link";
import { useMemo } from "react";
import { refusalOf } from "../../aws/problem";
import { FilterEditor } from "../../components/filter_editor";
import { type SeenValues, seenValues } from "../../model/seen_values";
import type { MapNode } from "../../model/service_map";
import { traceRow } from "../../model/trace_row";
import { type Matching, MOST_DRAWN } from "../../query/matching_map";
import { TRACES_A_CALL } from "../../query/service_graph";
import type { Shown } from "../../query/shown_map";
import { hashOf, PATHS } from "../../url/paths";
import { useViewState } from "../../url/view_state";
import { useViewOfMap } from "./view_of_map";

const PLACEHOLDER = 'Only traces such as  service("orders") { fault } AND duration > 1  — Enter draws them.';

// The server tells of the links among the traces of one call.
const LINKS_ARE_TOLD = `links are told within each ${TRACES_A_CALL} of them`;

export function MapFilterField({ shown }: { shown: Shown }) {
  const { filter } = useViewOfMap();
  const { change } = useViewState();
  const { error, matching, map } = shown;
  const seen = useMemo(() => seenIn(map?.nodes ?? [], matching), [map, matching]);
  const refusal = error ? refusalOf(error) : undefined;
  const submit = (next: string) => change({ filter: next.trim() || undefined, chosen: undefined }, "push");
  return (
    <FormField stretch errorText={refusal}>
      <div className="sky-search">
        <FilterEditor value={filter} seen={seen} error={refusal} placeholder={PLACEHOLDER} onSubmit={submit} />
        {filter && <Button variant="icon" iconName="close" ariaLabel="Clear the filter" onClick={() => submit("")} />}
      </div>
      {filter && matching && !error && <Drawn matching={matching} />}
    </FormField>
  );
}

/** Names of the map, whether or not a trace with them was read. */
function seenIn(nodes: readonly MapNode[], matching: Matching | undefined): SeenValues {
  const names = [...new Set(nodes.map(({ name }) => name))];
  return new Map([...seenValues((matching?.summaries ?? []).map(traceRow)), ["service", names]]);
}

function Drawn({ matching: { summaries, isMore } }: { matching: Matching }) {
  const all = `${summaries.length.toLocaleString("en")}${isMore ? " or more" : ""}`;
  if (summaries.length <= MOST_DRAWN && !isMore)
    return (
      <Box variant="small" color="text-body-secondary">
        Drawn from {summaries.length === 1 ? "the one trace that matches" : `all ${all} traces that match`}
        {summaries.length > TRACES_A_CALL && `; ${LINKS_ARE_TOLD}`}.
      </Box>
    );
  return (
    <Box variant="small" color="text-body-secondary">
      Drawn from the newest {MOST_DRAWN} of {all} traces that match; {LINKS_ARE_TOLD}. A{" "}
      <Link fontSize="body-s" href={hashOf(PATHS.groups)}>
        group
      </Link>{" "}
      with this expression counts every trace from then on.
    </Box>
  );
}
