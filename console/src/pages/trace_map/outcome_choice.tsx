/** How requests ended, with counts; those that are ticked narrow the traces that are shown. */

import Checkbox from "@cloudscape-design/components/checkbox";
import { OutcomeMark } from "../../components/outcome";
import { Quiet } from "../../components/quiet";
import { COUNTED } from "../../model/map_filter";
import type { Counts } from "../../model/service_map";
import { formatShare } from "../../model/share";
import { useViewState } from "../../url/view_state";
import { useViewOfMap } from "./view_of_map";

export function OutcomeChoice({ counts }: { counts: Counts }) {
  const { outcomes } = useViewOfMap();
  const { change } = useViewState();
  return (
    <div>
      {COUNTED.map((outcome) => (
        <Checkbox
          key={outcome}
          checked={outcomes.includes(outcome)}
          onChange={({ detail }) => {
            const ticked = COUNTED.filter((each) => (each === outcome ? detail.checked : outcomes.includes(each)));
            change({ outcomes: ticked.join(",") || undefined }, "push");
          }}
        >
          <OutcomeMark outcome={outcome} />{" "}
          <Quiet>
            {counts[outcome].toLocaleString("en-US")} · {formatShare(counts[outcome] / counts.total)}
          </Quiet>
        </Checkbox>
      ))}
    </div>
  );
}
