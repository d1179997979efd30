/** What changed of the part that is chosen: the verdict, and the figures of both time ranges. */

import SpaceBetween from "@cloudscape-design/components/space-between";
import { Facts } from "../../components/facts";
import { Quiet } from "../../components/quiet";
import { VerdictBadges } from "../../graph/verdict_badge";
import { formatSeconds } from "../../model/instant";
import { LEAST_REQUESTS, type PartChange } from "../../model/map_difference";
import { formatShare } from "../../model/share";
import { BeforeAndNow } from "./changes_table";

export function ChangeOfPart({ change }: { change: PartChange }) {
  const { before, now, verdicts } = change;
  const isFew = Math.min(before?.requests ?? 0, now?.requests ?? 0) < LEAST_REQUESTS;
  return (
    <SpaceBetween size="xs">
      {verdicts.length > 0 ? (
        <VerdictBadges verdicts={verdicts} />
      ) : (
        <Quiet>
          {isFew ? "Too few requests to say what changed." : "Nothing changed that chance would not explain."}
        </Quiet>
      )}
      <Facts
        facts={[
          { label: "p50", value: <BeforeAndNow before={before?.p50} now={now?.p50} format={formatSeconds} /> },
          { label: "p90", value: <BeforeAndNow before={before?.p90} now={now?.p90} format={formatSeconds} /> },
        ]}
      />
      <Facts
        facts={[
          { label: "p99", value: <BeforeAndNow before={before?.p99} now={now?.p99} format={formatSeconds} /> },
          {
            label: "Ended badly",
            value: <BeforeAndNow before={before?.badShare} now={now?.badShare} format={formatShare} />,
          },
        ]}
      />
    </SpaceBetween>
  );
}
