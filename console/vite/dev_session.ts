// `npm run dev` only: hands AWS's calls to a server started with `skylens up --auth off`, and says who is signed in.
import type { Plugin, ProxyOptions } from "vite";

export function devProxy(server: string): Record<string, ProxyOptions> {
  // Host stays as the browser sent it: the signature covers it.
  return { "^/(?!console/)": { target: server } };
}

export function devSession(server: string): Plugin {
  const session = {
    AccountId: "000000000000",
    Arn: "arn:aws:iam::000000000000:root",
    Region: "us-east-1",
    Endpoint: server,
    DaemonAddress: "127.0.0.1:2000",
    Auth: "off",
    Version: "dev",
    Credentials: { AccessKeyId: "000000000000", SecretAccessKey: "any" },
  };
  return {
    name: "skylens-dev-session",
    apply: "serve",
    configureServer: ({ middlewares }) => {
      middlewares.use("/console/session", (_, answer) => {
        answer.setHeader("Content-Type", "application/json");
        answer.end(JSON.stringify(session));
      });
    },
  };
}
