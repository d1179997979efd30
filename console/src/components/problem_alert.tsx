/** Says what went wrong in AWS's own words, and what can be done about it. */

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { type Problem, problemOf } from "../aws/problem";

const HEADERS: Record<Problem["kind"], string> = {
  denied: "You are not allowed to see this",
  "signed out": "Your session has ended",
  invalid: "The request was refused",
  "not built": "Not built yet",
  unreachable: "The server does not answer",
  other: "The server could not answer",
};

interface ProblemAlertProps {
  readonly error: Error;
  readonly onRetry?: () => void;
}

export function ProblemAlert({ error, onRetry }: ProblemAlertProps) {
  const problem = problemOf(error);
  const signedOut = problem.kind === "signed out";
  const action = signedOut ? (
    <Button onClick={() => location.reload()}>Sign in again</Button>
  ) : (
    onRetry && <Button onClick={onRetry}>Retry</Button>
  );
  return (
    <Alert type={problem.kind === "denied" ? "warning" : "error"} header={HEADERS[problem.kind]} action={action}>
      {problem.message}
      <Box variant="small" display="block">
        {problem.code}
        {problem.requestId && ` · request ${problem.requestId}`}
      </Box>
    </Alert>
  );
}
