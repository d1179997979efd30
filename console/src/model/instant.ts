/** Instants and lengths of time as people read them. */

export type Zone = "local" | "utc";

/** `2026-11-24 15:40:30.558`, in the zone asked for; with "Z" where that is UTC. */
export function formatInstant(instant: Date, zone: Zone, { milliseconds = false } = {}): string {
  const { date, time } = parts(instant, zone, milliseconds);
  return `${date} ${time}${zone === "utc" ? "Z" : ""}`;
}

export function formatTime(instant: Date, zone: Zone, { milliseconds = false } = {}): string {
  return parts(instant, zone, milliseconds).time;
}

/** From one instant to another, the day said once where it is the same. */
export function formatBetween(start: Date, end: Date, zone: Zone): string {
  const [from, to] = [parts(start, zone, false), parts(end, zone, false)];
  return `${from.date} ${from.time} – ${from.date === to.date ? "" : `${to.date} `}${to.time}${zone === "utc" ? "Z" : ""}`;
}

/** Put together by hand: to make a formatter of Intl for each cell of a table takes longer than to draw the cell. */
function parts(instant: Date, zone: Zone, milliseconds: boolean): { date: string; time: string } {
  // The same clock face, read as if it hung in Greenwich.
  const face = zone === "utc" ? instant : new Date(instant.getTime() - instant.getTimezoneOffset() * 60_000);
  const [date = "", time = ""] = face.toISOString().slice(0, -1).split("T");
  return { date, time: milliseconds ? time : time.slice(0, 8) };
}

/** A length of time in the unit that suits it: `850 µs`, `12.4 ms`, `1.32 s`, `2 m 5 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds === 0) return "0 ms";
  // Where a unit's last rounding would say 1000 of it, the next one says it better.
  if (seconds < 0.000_999_5) return `${Math.round(seconds * 1e6)} µs`;
  if (seconds < 0.9995) return `${threeDigits(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${threeDigits(seconds)} s`;
  if (seconds < 3600) return twoUnits(Math.round(seconds), 60, "m", "s");
  return twoUnits(Math.round(seconds / 60), 60, "h", "m");
}

function twoUnits(count: number, size: number, large: string, small: string): string {
  return `${Math.floor(count / size)} ${large} ${count % size} ${small}`;
}

function threeDigits(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return String(Number(value.toFixed(digits)));
}
