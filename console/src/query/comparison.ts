/** Two traces, read whole and held against each other. */

import { useMemo } from "react";
import { type Comparison, comparisonOf } from "../model/trace_comparison";
import { openEnd } from "../model/waterfall";
import { type FoundTrace, useTrace } from "./trace";

export interface ComparedTraces {
  readonly comparison: Comparison | undefined;
  readonly found: readonly [FoundTrace, FoundTrace] | undefined;
  /** Ids that no trace has. */
  readonly missing: readonly string[];
  readonly error: Error | null;
  readonly retry: () => void;
}

export function useComparison(idA: string, idB: string): ComparedTraces {
  const [a, b] = [useTrace(idA), useTrace(idB)];
  const comparison = useMemo(
    () => (a.data && b.data ? comparisonOf(whole(a.data), whole(b.data)) : undefined),
    [a.data, b.data],
  );
  return {
    comparison,
    found: a.data && b.data ? [a.data, b.data] : undefined,
    missing: [...(a.data === null ? [idA] : []), ...(b.data === null ? [idB] : [])],
    error: a.error ?? b.error,
    retry: () => {
      void a.refetch();
      void b.refetch();
    },
  };
}

function whole({ trace, at }: FoundTrace) {
  return { trace, open: openEnd(trace, at) };
}
