/** The console: who are you, then the page that the URL names. */

import { I18nProvider } from "@cloudscape-design/components/i18n";
import messages from "@cloudscape-design/components/i18n/messages/all.en";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { HashRouter } from "react-router";
import { SignedOut } from "../aws/session";
import { Loading } from "../components/loading";
import { PreferencesProvider } from "../components/preferences";
import { ProblemAlert } from "../components/problem_alert";
import { Shell } from "../components/shell";
import { ShortcutsProvider } from "../components/shortcuts";
import { SignInPage } from "../pages/sign_in/sign_in_page";
import { AnchorProvider } from "../query/anchor";
import { ConnectionProvider, useSession } from "../query/connection";
import { Pages } from "./pages";

// AWS's clients retry by themselves what is worth it. What was read stays good until somebody asks anew.
const queries = new QueryClient({
  defaultOptions: { queries: { retry: false, staleTime: 60_000, refetchOnWindowFocus: false } },
});

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <I18nProvider locale="en" messages={[messages]}>
        <PreferencesProvider>
          <HashRouter useTransitions={false}>
            <SignedIn />
          </HashRouter>
        </PreferencesProvider>
      </I18nProvider>
    </QueryClientProvider>
  );
}

function SignedIn() {
  const { data: session, error, refetch } = useSession();
  if (error instanceof SignedOut) return <SignInPage />;
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (!session) return <Loading what="your session" />;
  return (
    <ConnectionProvider session={session}>
      <AnchorProvider>
        <ShortcutsProvider>
          <Shell>
            <Pages />
          </Shell>
        </ShortcutsProvider>
      </AnchorProvider>
    </ConnectionProvider>
  );
}
