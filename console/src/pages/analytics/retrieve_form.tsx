/** The filter expression of the traces to retrieve, and how many came. */

import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import { useMemo } from "react";
import { refusalOf } from "../../aws/problem";
import { FilterEditor } from "../../components/filter_editor";
import { seenValues } from "../../model/seen_values";
import { traceRow } from "../../model/trace_row";
import type { Summaries } from "../../query/trace_summaries";
import { useViewState } from "../../url/view_state";

export function RetrieveForm({ found }: { found: Summaries }) {
  const { get, change } = useViewState();
  const seen = useMemo(() => seenValues(found.summaries.map(traceRow)), [found.summaries]);
  const count = found.summaries.length.toLocaleString("en");
  const refusal = found.error ? refusalOf(found.error) : undefined;
  return (
    <FormField
      label="Filter expression"
      errorText={refusal}
      {...(!found.error && { constraintText: `${count} traces retrieved${found.hasMore ? ", there are more" : ""}` })}
      {...(found.hasMore && {
        secondaryControl: (
          <Button loading={found.isFetching} onClick={found.loadMore}>
            Retrieve more
          </Button>
        ),
      })}
      stretch
    >
      <FilterEditor
        value={get("filter") ?? ""}
        seen={seen}
        error={refusal}
        placeholder={'Every trace, or for example  service("checkout") AND responsetime > 0.5  — Enter retrieves.'}
        onSubmit={(filter) => change({ filter }, "push")}
      />
    </FormField>
  );
}
