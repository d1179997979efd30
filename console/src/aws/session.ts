/** The console's own session: who signed in here, and the temporary credentials that AWS's calls are signed with. */

const SESSION = "/console/session";

export interface Session {
  readonly AccountId: string;
  readonly Arn: string;
  readonly UserName?: string;
  readonly Region: string;
  readonly Endpoint: string;
  readonly DaemonAddress: string;
  readonly Auth: "required" | "off";
  readonly Version: string;
  readonly Credentials: {
    readonly AccessKeyId: string;
    readonly SecretAccessKey: string;
    readonly SessionToken?: string;
    readonly Expiration?: string;
  };
}

export interface AccessKey {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken?: string;
}

/** Credentials in the words of AWS's clients. */
interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Nobody is signed in, or the session has ended. */
export class SignedOut extends Error {
  override readonly name = "SignedOut";
}

/** The server refused to sign in, with its own sentence. */
export class SignInRefused extends Error {
  override readonly name = "SignInRefused";
}

export async function fetchSession(signal?: AbortSignal): Promise<Session> {
  const answer = await fetch(SESSION, { credentials: "same-origin", ...(signal ? { signal } : {}) });
  if (answer.status === 401) throw new SignedOut("Nobody is signed in.");
  if (!answer.ok) throw new Error(`The server answered ${answer.status} when asked for the session.`);
  return (await answer.json()) as Session;
}

export async function signIn(key: AccessKey): Promise<void> {
  const answer = await fetch(SESSION, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(key),
  });
  if (!answer.ok) throw new SignInRefused(await refusal(answer));
}

async function refusal(answer: Response): Promise<string> {
  const body: unknown = await answer.json().catch(() => null);
  if (typeof body === "object" && body !== null && "message" in body) return String(body.message);
  return `The server answered ${answer.status}.`;
}

export async function signOut(): Promise<void> {
  await fetch(SESSION, { method: "DELETE", credentials: "same-origin" });
}

/** Credentials for the SDK: those that are known, then new ones: the SDK asks again when `expiration` is near. */
export function temporaryCredentials(session?: Session): () => Promise<Credentials> {
  let known = session;
  return async () => {
    const { Credentials: given } = known ?? (await fetchSession());
    known = undefined;
    return {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      ...(given.SessionToken ? { sessionToken: given.SessionToken } : {}),
      ...(given.Expiration ? { expiration: new Date(given.Expiration) } : {}),
    };
  };
}
