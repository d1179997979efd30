/** A Skylens of its own for the browser: started as a user starts it, on free ports, with data that is gone afterwards. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { XRayClient } from "@aws-sdk/client-xray";

const ROOT = join(import.meta.dirname, "../..");
const SKYLENS = join(ROOT, ".venv/bin/skylens");
const START_MS = 60_000;

export interface Server {
  readonly endpoint: string;
  readonly key: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly xray: XRayClient;
  /** Runs `skylens …` on the server's data. */
  readonly run: (...words: string[]) => string;
  /** Runs `aws …` as the root user. */
  readonly aws: (...words: string[]) => string;
  readonly stop: () => Promise<void>;
}

export async function startServer(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "skylens-e2e-"));
  const data = join(folder, "data");
  const log = join(folder, "log");
  const started = spawn(SKYLENS, ["up", "--port", "0", "--daemon-address", "127.0.0.1:0", "--data", data], {
    stdio: ["ignore", openSync(log, "a"), openSync(log, "a")],
    env: bare(),
  });
  await waitFor(() => existsSync(join(data, "running.json")), started, log);
  const run = (...words: string[]) => output(SKYLENS, [...words, "--data", data], bare());
  const names = JSON.parse(run("env", "--json")) as Record<string, string>;
  const key = { accessKeyId: names.AWS_ACCESS_KEY_ID ?? "", secretAccessKey: names.AWS_SECRET_ACCESS_KEY ?? "" };
  const endpoint = names.AWS_ENDPOINT_URL ?? "";
  return {
    endpoint,
    key,
    xray: new XRayClient({ endpoint, region: "us-east-1", credentials: key }),
    run,
    aws: (...words) => output(join(ROOT, ".venv/bin/aws"), words, { ...bare(), ...names }),
    stop: async () => {
      await ended(started);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function output(program: string, words: readonly string[], env: NodeJS.ProcessEnv): string {
  return execFileSync(program, words, { env, encoding: "utf8" }).trim();
}

function bare(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(AWS|SKYLENS)_/.test(name));
  return { ...Object.fromEntries(kept), AWS_PAGER: "" };
}

async function waitFor(isThere: () => boolean, started: ChildProcess, log: string): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (!isThere()) {
    if (started.exitCode !== null || Date.now() > deadline) throw new Error(readFileSync(log, "utf8").slice(-3000));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function ended(started: ChildProcess): Promise<void> {
  const exit = new Promise((resolve) => started.once("exit", resolve));
  started.kill("SIGTERM");
  await exit;
}
