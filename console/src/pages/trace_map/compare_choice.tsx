/** Which time range the map is compared with. */

import DateRangePicker from "@cloudscape-design/components/date-range-picker";
import Select from "@cloudscape-design/components/select";
import { usePreferences } from "../../components/preferences";
import { COMPARISONS, comparedWindow, windowText } from "../../model/compared_window";
import { formatBetween } from "../../model/instant";
import type { TimeWindow } from "../../model/time_range";
import { useViewState } from "../../url/view_state";
import { useViewOfMap } from "./view_of_map";

const OTHER = "other";
const OPTIONS = [
  { value: "", label: "Compare with nothing" },
  ...Object.entries(COMPARISONS).map(([value, label]) => ({ value, label: `Compare: ${label.toLowerCase()}` })),
  { value: OTHER, label: "Compare: another time range" },
];

export function CompareChoice({ window }: { window: TimeWindow }) {
  const { compare } = useViewOfMap();
  const { change } = useViewState();
  const before = comparedWindow(compare, window);
  const chosen = before && !(compare in COMPARISONS) ? OTHER : before ? compare : "";
  const choose = (value: string) => {
    const previous = comparedWindow("previous", window);
    change({ compare: value === OTHER ? previous && windowText(previous) : value || undefined }, "push");
  };
  return (
    <>
      <Select
        ariaLabel="Compare with another time range"
        options={OPTIONS}
        selectedOption={OPTIONS.find(({ value }) => value === chosen) ?? null}
        onChange={({ detail }) => choose(detail.selectedOption.value ?? "")}
      />
      {chosen === OTHER && before && <OtherRange before={before} />}
    </>
  );
}

function OtherRange({ before }: { before: TimeWindow }) {
  const { zone } = usePreferences();
  const { change } = useViewState();
  return (
    <DateRangePicker
      ariaLabel="Time range to compare with"
      rangeSelectorMode="absolute-only"
      relativeOptions={[]}
      showClearButton={false}
      value={{ type: "absolute", startDate: before.start.toISOString(), endDate: before.end.toISOString() }}
      renderTriggerContent={() => formatBetween(before.start, before.end, zone)}
      isValidRange={(value) =>
        value?.type === "absolute" && new Date(value.startDate) < new Date(value.endDate)
          ? { valid: true }
          : { valid: false, errorMessage: "Choose a start and a later end." }
      }
      onChange={({ detail: { value } }) => {
        if (value?.type !== "absolute") return;
        const [start, end] = [new Date(value.startDate), new Date(value.endDate)];
        change({ compare: windowText({ start, end }) }, "push");
      }}
      {...(zone === "utc" ? { timeOffset: 0 } : {})}
    />
  );
}
