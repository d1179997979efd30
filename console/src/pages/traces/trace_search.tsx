/** Where a search is written: a filter expression, or the id of a trace, which is opened at once. */

import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import { useNavigate } from "react-router";
import { refusalOf } from "../../aws/problem";
import { FilterEditor } from "../../components/filter_editor";
import type { SeenValues } from "../../model/seen_values";
import { traceIdOf } from "../../model/trace_id";
import { tracePath } from "../../url/paths";
import { useViewState } from "../../url/view_state";

interface TraceSearchProps {
  readonly seen: SeenValues;
  readonly error: Error | null;
}

export function TraceSearch({ seen, error }: TraceSearchProps) {
  const { get, change } = useViewState();
  const navigate = useNavigate();
  const filter = get("filter") ?? "";
  const refusal = error ? refusalOf(error) : undefined;
  const submit = (expression: string) => {
    const id = traceIdOf(expression);
    if (id) navigate(tracePath(id));
    else if (expression !== filter) change({ filter: expression, page: undefined }, "push");
  };
  return (
    <FormField stretch errorText={refusal}>
      <div className="sky-search">
        <FilterEditor
          value={filter}
          onSubmit={submit}
          error={refusal}
          seen={seen}
          placeholder={
            'Filter, such as  service("orders") { fault } AND duration > 1  — or a trace id. Enter searches.'
          }
        />
        {filter && <Button variant="icon" iconName="close" ariaLabel="Clear the filter" onClick={() => submit("")} />}
      </div>
    </FormField>
  );
}
