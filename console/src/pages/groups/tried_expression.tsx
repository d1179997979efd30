/** Says whether a filter expression is one, and how many of the newest traces it is true of. */

import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useEffect, useMemo, useState } from "react";
import { problemOf, refusalOf } from "../../aws/problem";
import { type SeenValues, seenValues } from "../../model/seen_values";
import { traceRow } from "../../model/trace_row";
import { useWindow } from "../../query/anchor";
import { type Summaries, useTraceSummaries } from "../../query/trace_summaries";

const TRIED = { kind: "relative", seconds: 15 * 60 } as const;
const TYPED_FOR_MS = 400;
const ENOUGH = 200;

export interface TriedExpression {
  /** Empty where there is nothing to try. */
  readonly expression: string;
  readonly found: Summaries;
  /** What the server says of the expression, with its position. */
  readonly refusal: string | undefined;
  /** What the newest traces have, whatever the expression: for completion. */
  readonly seen: SeenValues;
}

export function useTriedExpression(typed: string): TriedExpression {
  const expression = useSettled(typed.trim());
  const window = useWindow(TRIED);
  const any = useTraceSummaries({ window, filter: "" }, { eager: ENOUGH });
  const found = useTraceSummaries({ window, filter: expression }, { eager: ENOUGH });
  const seen = useMemo(() => seenValues(any.summaries.map(traceRow)), [any.summaries]);
  // While one types on, the refusal of what stood there before says nothing.
  const refusal = expression && expression === typed.trim() && found.error ? refusalOf(found.error) : undefined;
  return { expression, found, refusal, seen };
}

export function TriedOn({ tried }: { tried: TriedExpression }) {
  return (
    <div aria-live="polite" className="sky-said">
      {tried.expression ? <Outcome tried={tried} /> : null}
    </div>
  );
}

function Outcome({ tried: { found, refusal } }: { tried: TriedExpression }) {
  if (refusal) return null;
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
