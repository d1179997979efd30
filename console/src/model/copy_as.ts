/** A call of an AWS operation as a line that a person can run: aws CLI, boto3, curl. */

export type ServiceName = "xray" | "cloudtrail";
export type Value =
  | string
  | number
  | boolean
  | Date
  | undefined
  | readonly Value[]
  | { readonly [member: string]: Value };

/** One call as its service's model names it. `path` is set where the protocol is REST, `target` where it is JSON. */
export interface CallText {
  readonly service: ServiceName;
  readonly operation: string;
  readonly path?: string;
  readonly target?: string;
  readonly input: { readonly [member: string]: Value };
  /** Where it is asked, if not where everything else is. */
  readonly region?: string | undefined;
}

export interface Place {
  readonly endpoint: string;
  readonly region: string;
}

export type Language = "aws CLI" | "boto3" | "curl";
export const LANGUAGES: readonly Language[] = ["aws CLI", "boto3", "curl"];

export function copyAs(language: Language, calls: readonly CallText[], place: Place): string {
  return `${{ "aws CLI": awsCli, boto3, curl }[language](calls, place)}\n`;
}

function awsCli(calls: readonly CallText[], { endpoint, region }: Place): string {
  return calls
    .map(({ service, operation, input, region: elsewhere }) =>
      [
        `aws ${service} ${dashed(operation)}`,
        `--endpoint-url ${endpoint} --region ${elsewhere ?? region}`,
        ...members(input).map(([name, value]) => cliOption(dashed(name), value)),
      ].join(" \\\n  "),
    )
    .join("\n");
}

function cliOption(name: string, value: Value): string {
  if (typeof value === "boolean") return value ? `--${name}` : `--no-${name}`;
  if (isList(value) && value.every((item) => typeof item !== "object"))
    return `--${name} ${value.map((item) => quoted(String(item))).join(" ")}`;
  return `--${name} ${quoted(typeof value === "object" && !(value instanceof Date) ? JSON.stringify(wire(value)) : cliScalar(value))}`;
}

function cliScalar(value: Value): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

function boto3(calls: readonly CallText[], { endpoint, region }: Place): string {
  const clients = new Set(
    calls.map(
      (call) =>
        `${clientName(call)} = boto3.client("${call.service}", endpoint_url="${endpoint}", region_name="${call.region ?? region}")`,
    ),
  );
  const lines = calls.map((call) => {
    const given = members(call.input).map(([name, value]) => `    ${name}=${pythonValue(value)},\n`);
    return `print(${clientName(call)}.${snake(call.operation)}(\n${given.join("")}))`;
  });
  const dates = lines.some((line) => line.includes("datetime.")) ? "from datetime import datetime\n\n" : "";
  return `${dates}import boto3\n\n${[...clients].join("\n")}\n${lines.join("\n")}`;
}

function clientName({ service, region }: CallText): string {
  return region ? `${service}_${region.replaceAll("-", "_")}` : service;
}

function pythonValue(value: Value): string {
  if (value instanceof Date) return `datetime.fromisoformat("${value.toISOString().replace("Z", "+00:00")}")`;
  if (typeof value === "boolean") return value ? "True" : "False";
  if (isList(value)) return `[${value.map(pythonValue).join(", ")}]`;
  if (typeof value === "object")
    return `{${members(value)
      .map(([name, member]) => `${JSON.stringify(name)}: ${pythonValue(member)}`)
      .join(", ")}}`;
  return JSON.stringify(value);
}

function curl(calls: readonly CallText[], { endpoint, region }: Place): string {
  return calls
    .map(({ service, path, target, input, region: elsewhere }) =>
      [
        `curl --aws-sigv4 "aws:amz:${elsewhere ?? region}:${service}" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"`,
        ...(target
          ? [`-H ${quoted("Content-Type: application/x-amz-json-1.1")}`, `-H ${quoted(`X-Amz-Target: ${target}`)}`]
          : [`-H ${quoted("Content-Type: application/json")}`]),
        `-d ${quoted(JSON.stringify(wire(input)))}`,
        `${endpoint}${path ?? "/"}`,
      ].join(" \\\n  "),
    )
    .join("\n");
}

/** Instants are seconds since 1970 in both JSON protocols. */
function wire(value: Value): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (isList(value)) return value.map(wire);
  if (typeof value === "object")
    return Object.fromEntries(members(value).map(([name, member]) => [name, wire(member)]));
  return value;
}

function members(value: { readonly [member: string]: Value }): [string, Value][] {
  return Object.entries(value).filter(([, member]) => member !== undefined);
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** As botocore names a member: a run of capitals is one word, so that GroupARN becomes group-arn. */
function words(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase();
}

function dashed(name: string): string {
  return words(name).replaceAll(" ", "-");
}

function snake(name: string): string {
  return words(name).replaceAll(" ", "_");
}

/** Returns a text as one word of a shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
