/** One call of an AWS operation: it can be sent, and it can be shown as a line to run. */

import type { LookupEventsCommandInput, LookupEventsCommandOutput } from "@aws-sdk/client-cloudtrail";
import {
  BatchGetTracesCommand,
  type BatchGetTracesCommandInput,
  type BatchGetTracesCommandOutput,
  GetTraceSummariesCommand,
  type GetTraceSummariesCommandInput,
  type GetTraceSummariesCommandOutput,
} from "@aws-sdk/client-xray";
import type { CallText } from "../model/copy_as";
import type { Clients } from "./clients";

export interface Call<Output> extends CallText {
  readonly send: (clients: Clients, signal?: AbortSignal) => Promise<Output>;
}

export function getTraceSummaries(input: GetTraceSummariesCommandInput): Call<GetTraceSummariesCommandOutput> {
  return xrayCall("GetTraceSummaries", "/TraceSummaries", input, ({ xray }, options) =>
    xray.send(new GetTraceSummariesCommand(input), options),
  );
}

export function batchGetTraces(input: BatchGetTracesCommandInput): Call<BatchGetTracesCommandOutput> {
  return xrayCall("BatchGetTraces", "/Traces", input, ({ xray }, options) =>
    xray.send(new BatchGetTracesCommand(input), options),
  );
}

export function lookupEvents(input: LookupEventsCommandInput): Call<LookupEventsCommandOutput> {
  return {
    service: "cloudtrail",
    operation: "LookupEvents",
    target: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents",
    input: input as unknown as CallText["input"],
    send: async ({ cloudtrail }, signal) => {
      const [client, { LookupEventsCommand }] = await Promise.all([cloudtrail(), import("@aws-sdk/client-cloudtrail")]);
      return client.send(new LookupEventsCommand(input), options(signal));
    },
  };
}

/** Wraps an operation of X-Ray; `path` is the one of its REST protocol. */
export function xrayCall<Output>(
  operation: string,
  path: string,
  input: object,
  send: (clients: Clients, options: SendOptions) => Promise<Output>,
): Call<Output> {
  return {
    service: "xray",
    operation,
    path,
    input: input as CallText["input"],
    send: (clients, signal) => send(clients, options(signal)),
  };
}

interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

function options(signal: AbortSignal | undefined): SendOptions {
  return signal ? { abortSignal: signal } : {};
}
