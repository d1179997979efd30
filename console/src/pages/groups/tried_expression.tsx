/** Says whether a filter expression is one, and how many of the newest traces it is true of. */

import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useEffect, useState } from "react";
import { problemOf } from "../../aws/problem";
import { useWindow } from "../../query/anchor";
import { useTraceSummaries } from "../../query/trace_summaries";

const TRIED = { kind: "relative", seconds: 15 * 60 } as const;
const TYPED_FOR_MS = 400;

export function TriedExpression({ expression }: { expression: string }) {
  const settled = useSettled(expression.trim());
  return (
    <div aria-live="polite" className="sky-said">
      {settled ? <Outcome expression={settled} /> : null}
    </div>
  );
}

function Outcome({ expression }: { expression: string }) {
  const found = useTraceSummaries({ window: useWindow(TRIED), filter: expression }, { eager: 0 });
  if (found.error) return <StatusIndicator type="error">{problemOf(found.error).message}</StatusIndicator>;
  if (found.isLoading || found.isFetching)
    return <StatusIndicator type="loading">Trying it on the newest traces</StatusIndicator>;
  const count = `${found.summaries.length.toLocaleString("en")}${found.hasMore ? " or more" : ""}`;
  return <StatusIndicator type="success">True of {count} traces of the last 15 minutes</StatusIndicator>;
}

/** The text once it has not changed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), TYPED_FOR_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
