/** How a request ended. The order is the one in which a request counts once: as a fault, else a throttle, else an error. */

export const OUTCOMES = ["fault", "throttle", "error", "ok", "in progress"] as const;
export type Outcome = (typeof OUTCOMES)[number];

interface Flags {
  readonly fault?: boolean | undefined;
  readonly throttle?: boolean | undefined;
  readonly error?: boolean | undefined;
  readonly inProgress?: boolean | undefined;
}

export function outcomeOf({ fault, throttle, error, inProgress }: Flags): Outcome {
  if (fault) return "fault";
  if (throttle) return "throttle";
  if (error) return "error";
  return inProgress ? "in progress" : "ok";
}
