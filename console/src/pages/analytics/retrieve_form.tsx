/** The filter expression of the traces to retrieve, and how many came. */

import Button from "@cloudscape-design/components/button";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import type { Summaries } from "../../query/trace_summaries";
import { useViewState } from "../../url/view_state";

export function RetrieveForm({ found }: { found: Summaries }) {
  const { get, change } = useViewState();
  const applied = get("filter") ?? "";
  const [typed, setTyped] = useState(applied);
  const count = found.summaries.length.toLocaleString("en");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change({ filter: typed.trim() }, "push");
      }}
    >
      <Form>
        <FormField
          label="Filter expression"
          constraintText={`${count} traces retrieved${found.hasMore ? ", there are more" : ""}`}
          {...(found.hasMore && {
            secondaryControl: (
              <Button loading={found.isFetching} onClick={found.loadMore} formAction="none">
                Retrieve more
              </Button>
            ),
          })}
          stretch
        >
          <Input
            value={typed}
            type="search"
            placeholder='every trace, or for example: service("checkout") AND responsetime > 0.5'
            onChange={({ detail }) => setTyped(detail.value)}
          />
        </FormField>
      </Form>
    </form>
  );
}
