/** The checks of `skylens doctor`, which the server makes of itself: a browser cannot speak to the daemon. */

import type { Finding } from "../model/finding";
import { SignedOut } from "./session";

const DOCTOR = "/console/doctor";

/** The server would not make the checks, with its own sentence. */
export class ExaminationRefused extends Error {
  override readonly name = "ExaminationRefused";
}

interface FoundOut {
  readonly Check: string;
  readonly Ok: boolean;
  readonly Finding: string;
  readonly Advice: string;
  readonly TraceId: string;
}

export async function examine(signal: AbortSignal): Promise<Finding[]> {
  const answer = await fetch(DOCTOR, { credentials: "same-origin", signal });
  if (answer.status === 401) throw new SignedOut("Nobody is signed in.");
  if (!answer.ok) throw new ExaminationRefused(await refusal(answer));
  const { Findings } = (await answer.json()) as { readonly Findings: readonly FoundOut[] };
  return Findings.map(({ Check, Ok, Finding, Advice, TraceId }) => ({
    check: Check,
    ok: Ok,
    finding: Finding,
    advice: Advice,
    traceId: TraceId,
  }));
}

async function refusal(answer: Response): Promise<string> {
  const body: unknown = await answer.json().catch(() => null);
  if (typeof body === "object" && body !== null && "message" in body) return String(body.message);
  return `The server answered ${answer.status}.`;
}
