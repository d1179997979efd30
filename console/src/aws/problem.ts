/** What went wrong with a call, by AWS's code. */

import { placeOfError } from "../model/filter_keywords";
import { SignedOut } from "./session";

export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly requestId?: string;
  readonly kind: "denied" | "signed out" | "invalid" | "not built" | "unreachable" | "other";
}

const DENIED = new Set(["AccessDeniedException", "AccessDenied", "UnauthorizedOperation"]);
const EXPIRED = new Set([
  "ExpiredTokenException",
  "ExpiredToken",
  "InvalidClientTokenId",
  "UnrecognizedClientException",
]);

export function problemOf(error: unknown): Problem {
  if (!(error instanceof Error)) return { code: "Error", message: String(error), kind: "other" };
  const code = error.name;
  const metadata = "$metadata" in error ? (error.$metadata as { requestId?: string; httpStatusCode?: number }) : {};
  return {
    code,
    message: error.message,
    ...(metadata.requestId ? { requestId: metadata.requestId } : {}),
    kind: kindOf(error, metadata.httpStatusCode),
  };
}

function kindOf(error: Error, status: number | undefined): Problem["kind"] {
  if (error instanceof SignedOut || EXPIRED.has(error.name)) return "signed out";
  if (DENIED.has(error.name)) return "denied";
  if (status === 501) return "not built";
  if (status !== undefined && status < 500) return "invalid";
  // A failed fetch is a TypeError in every browser.
  return error instanceof TypeError ? "unreachable" : "other";
}

/** What the server says of the expression; anything else that is wrong is told elsewhere. */
export function refusalOf(error: Error): string | undefined {
  const { kind, message } = problemOf(error);
  return kind === "invalid" && placeOfError(message) ? message : undefined;
}
