// `npm run dev` only: everything but the console's own files is answered by a running server (`skylens up --auth off`).
import type { ProxyOptions } from "vite";

export function devProxy(server: string): Record<string, ProxyOptions> {
  return {
    // Host stays as the browser sent it: the signature covers it.
    "^/(?!console/)": { target: server },
    "^/console/(session|doctor)": { target: server },
  };
}
