/** A Skylens of its own for the browser: started as a user starts it, on free ports, with data that is gone afterwards. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { XRayClient } from "@aws-sdk/client-xray";

const ROOT = join(import.meta.dirname, "../..");
const PROGRAMS = join(ROOT, ".venv/bin");
const START_MS = 60_000;

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface Server {
  readonly endpoint: string;
  readonly region: string;
  readonly key: AccessKey;
  readonly xray: XRayClient;
  /** Runs `skylens …` on the server's data. */
  readonly run: (...words: string[]) => string;
  /** Runs `aws …` as the root user, in the region. */
  readonly aws: (...words: string[]) => string;
  /** What a shell of the server's user exports; also where the daemon listens. */
  readonly environment: NodeJS.ProcessEnv;
}

export interface Started {
  /** Where its data are. */
  readonly data: string;
  readonly stop: () => Promise<void>;
}

export async function start(): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), "skylens-e2e-"));
  const data = join(folder, "data");
  const log = join(folder, "log");
  const words = ["up", "--port", "0", "--daemon-address", "127.0.0.1:0", "--data", data];
  const started = spawn(join(PROGRAMS, "skylens"), words, {
    stdio: ["ignore", openSync(log, "a"), openSync(log, "a")],
    env: bare(),
  });
  await waitFor(() => existsSync(join(data, "running.json")), started, log);
  return {
    data,
    stop: async () => {
      await ended(started);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The server whose data are there, in one of its regions: what is sent to one is not seen in another. */
export function serverOf(data: string, region = "us-east-1"): Server {
  const run = (...words: string[]) => output("skylens", [...words, "--data", data], bare());
  const told = JSON.parse(run("env", "--json")) as Record<string, string>;
  const environment = { ...bare(), ...told, AWS_REGION: region, AWS_DEFAULT_REGION: region };
  const key = { accessKeyId: told.AWS_ACCESS_KEY_ID ?? "", secretAccessKey: told.AWS_SECRET_ACCESS_KEY ?? "" };
  const endpoint = told.AWS_ENDPOINT_URL ?? "";
  return {
    endpoint,
    region,
    key,
    xray: new XRayClient({ endpoint, region, credentials: key }),
    run,
    aws: (...words) => output("aws", words, environment),
    environment,
  };
}

/** Makes a user with a key and with one policy, or with none: then everything is forbidden. */
export function newUser({ aws }: Server, name: string, policy?: object): AccessKey {
  aws("iam", "create-user", "--user-name", name);
  if (policy) {
    const document = JSON.stringify(policy);
    aws("iam", "put-user-policy", "--user-name", name, "--policy-name", name, "--policy-document", document);
  }
  const { AccessKey } = JSON.parse(aws("iam", "create-access-key", "--user-name", name, "--output", "json")) as {
    AccessKey: { AccessKeyId: string; SecretAccessKey: string };
  };
  return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
}

/** The Python that has AWS's X-Ray SDK. */
export const PYTHON = join(PROGRAMS, "python");
/** A service with that SDK, which prints the share of its requests that are sampled. */
export const SAMPLED_SERVICE = join(ROOT, "acceptance/clients/python_app/sampled_service.py");

function output(program: string, words: readonly string[], env: NodeJS.ProcessEnv): string {
  return execFileSync(join(PROGRAMS, program), words, { env, encoding: "utf8" }).trim();
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
