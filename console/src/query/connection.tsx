/** Who is signed in, and AWS's clients for them: what every other query stands on. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { type Clients, connect } from "../aws/clients";
import { fetchSession, type Session, signOut } from "../aws/session";
import { regionOfUrl } from "../url/region";

export interface Connection {
  readonly session: Session;
  readonly clients: Clients;
}

const ConnectionContext = createContext<Connection | null>(null);
const SESSION_KEY = ["session"];

export function useSession() {
  return useQuery({ queryKey: SESSION_KEY, queryFn: ({ signal }) => fetchSession(signal), staleTime: Infinity });
}

export function ConnectionProvider({ session, children }: { session: Session; children: ReactNode }) {
  const connection = useMemo(
    () => ({ session, clients: connect(regionOfUrl(location.search) ?? session.Region, session) }),
    [session],
  );
  return <ConnectionContext value={connection}>{children}</ConnectionContext>;
}

export function useConnection(): Connection {
  const connection = useContext(ConnectionContext);
  if (!connection) throw new Error("useConnection outside of ConnectionProvider");
  return connection;
}

/** Signing in or out makes everything that was asked before somebody else's. */
export function useForgetEverything(): () => Promise<void> {
  const cache = useQueryClient();
  return () => cache.resetQueries();
}

export function useSignOut(): () => Promise<void> {
  const forget = useForgetEverything();
  return async () => {
    await signOut();
    await forget();
  };
}
