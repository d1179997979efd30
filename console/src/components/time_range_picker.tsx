/** Chooses the time range of a view: relative to now, or from one instant to another. */

import DateRangePicker, { type DateRangePickerProps } from "@cloudscape-design/components/date-range-picker";
import { formatBetween } from "../model/instant";
import { describeRelative, OFFERED_SECONDS, parseTimeRange, type TimeRange } from "../model/time_range";
import { useTimeRange } from "../url/view_state";
import { usePreferences } from "./preferences";

type Unit = "second" | "minute" | "hour" | "day";
const UNIT_SECONDS: Record<Unit, number> = { second: 1, minute: 60, hour: 3600, day: 86400 };
const UNITS: Unit[] = ["day", "hour", "minute", "second"];

interface TimeRangePickerProps {
  /** The longest range that the view's operation allows. */
  readonly mostSeconds: number;
  /** The range of a view whose address names none. */
  readonly fallback?: TimeRange;
}

export function TimeRangePicker({ mostSeconds, fallback }: TimeRangePickerProps) {
  const [range, setRange] = useTimeRange(fallback);
  const { zone } = usePreferences();
  return (
    <DateRangePicker
      value={pickerValue(range)}
      onChange={({ detail }) => {
        const chosen = detail.value && rangeOf(detail.value);
        if (chosen) setRange(chosen, "push");
      }}
      relativeOptions={OFFERED_SECONDS.filter((seconds) => seconds <= mostSeconds).map((seconds) => ({
        key: String(seconds),
        ...relative(seconds),
      }))}
      customRelativeRangeUnits={["minute", "hour", "day"]}
      isValidRange={(value) => validate(value, mostSeconds)}
      i18nStrings={{
        formatRelativeRange: (value) => describeRelative(value.amount * UNIT_SECONDS[value.unit as Unit]),
      }}
      {...(range.kind === "absolute"
        ? { renderTriggerContent: () => formatBetween(range.start, range.end, zone) }
        : {})}
      {...(zone === "utc" ? { timeOffset: 0 } : {})}
      showClearButton={false}
      ariaLabel="Time range"
    />
  );
}

function pickerValue(range: TimeRange): DateRangePickerProps.Value {
  if (range.kind === "relative") return relative(range.seconds);
  return { type: "absolute", startDate: range.start.toISOString(), endDate: range.end.toISOString() };
}

function relative(seconds: number): DateRangePickerProps.RelativeValue {
  const unit = UNITS.find((name) => seconds % UNIT_SECONDS[name] === 0) ?? "second";
  return { type: "relative", amount: seconds / UNIT_SECONDS[unit], unit };
}

function rangeOf(value: DateRangePickerProps.Value): TimeRange | null {
  if (value.type === "relative") {
    const seconds = value.amount * (UNIT_SECONDS[value.unit as Unit] ?? 0);
    return seconds > 0 ? { kind: "relative", seconds } : null;
  }
  return parseTimeRange(`${utc(value.startDate)}~${utc(value.endDate)}`);
}

function utc(text: string): string {
  const instant = new Date(text);
  return Number.isNaN(instant.getTime()) ? "" : instant.toISOString();
}

function validate(
  value: DateRangePickerProps.Value | null,
  mostSeconds: number,
): DateRangePickerProps.ValidationResult {
  const range = value && rangeOf(value);
  if (!range) return { valid: false, errorMessage: "Choose a start and a later end." };
  const seconds = range.kind === "relative" ? range.seconds : (range.end.getTime() - range.start.getTime()) / 1000;
  if (seconds <= mostSeconds) return { valid: true };
  return { valid: false, errorMessage: `The longest range here is ${mostSeconds / UNIT_SECONDS.day} days.` };
}
