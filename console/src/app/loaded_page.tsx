/**
 * A page, and what stands there until it is loaded. Not React's `lazy`: a Suspense boundary that has shown its fallback holds what
 * comes next back for 300 ms, and suspends even where the page is loaded already.
 */

import { type ComponentType, useCallback, useEffect, useState } from "react";
import { Loading } from "../components/loading";
import { ProblemAlert } from "../components/problem_alert";
import type { PageModule } from "./page_modules";

export function LoadedPage({ module }: { module: PageModule }) {
  const [page, setPage] = useState<{ readonly Page: ComponentType | undefined }>({ Page: module.page });
  const [error, setError] = useState<Error | null>(null);
  const load = useCallback(() => {
    setError(null);
    module.load().then(
      (Page) => setPage({ Page }),
      (reason: unknown) => setError(reason instanceof Error ? reason : new Error(String(reason))),
    );
  }, [module]);
  const { Page } = page;
  useEffect(() => {
    if (!Page) load();
  }, [Page, load]);
  if (Page) return <Page />;
  return error ? <ProblemAlert error={error} onRetry={load} /> : <Loading what="the page" />;
}
