/** Sampling rules, what clients report of them, and changes to them. */

import type { SamplingRule as Document, SamplingRuleUpdate, SamplingStatisticSummary } from "@aws-sdk/client-xray";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Call } from "../aws/call";
import type { Clients } from "../aws/clients";
import {
  createSamplingRule,
  deleteSamplingRule,
  getSamplingRules,
  getSamplingStatisticSummaries,
  updateSamplingRule,
} from "../aws/sampling_calls";
import { isDefault, type PriorityChange, type SamplingRule } from "../model/sampling_rule";
import { isBefore, type Look, type Window } from "../model/sampling_statistics";
import { useConnection } from "./connection";
import { useEagerQuery } from "./eager_query";

const RULES = "GetSamplingRules";
/** Clients report every ten seconds. */
const REPORTED_EVERY_MS = 10_000;

export function useSamplingRules() {
  const { clients } = useConnection();
  const query = useEagerQuery({
    queryKey: [RULES, clients.region],
    queryFn: async ({ signal }) => {
      const answer = await getSamplingRules().send(clients, signal);
      return (answer.SamplingRuleRecords ?? []).map(({ SamplingRule, ModifiedAt }) => ({
        ...ruleOf(SamplingRule ?? {}),
        modifiedAt: ModifiedAt,
      }));
    },
  });
  return { ...query, call: getSamplingRules() };
}

/** What clients reported in the last minutes, asked anew whenever they may have reported more. */
export function useSamplingStatistics(minutes: number) {
  const { clients } = useConnection();
  const query = useQuery({
    queryKey: ["GetSamplingStatisticSummaries", clients.region, minutes],
    queryFn: async ({ signal }): Promise<Reported> => {
      const now = new Date();
      return { windows: await windowsOf(clients, { now, minutes }, signal), look: { now, minutes } };
    },
    placeholderData: keepPreviousData,
    refetchInterval: REPORTED_EVERY_MS,
    staleTime: 0,
  });
  return { ...query, call: getSamplingStatisticSummaries() };
}

export interface Reported {
  readonly windows: readonly Window[];
  readonly look: Look;
}

/** The service tells of the newest windows first, a page after the other: what lies before the look is not asked for. */
async function windowsOf(clients: Clients, look: Look, signal: AbortSignal): Promise<Window[]> {
  const windows: Window[] = [];
  let token: string | undefined;
  do {
    const page = await getSamplingStatisticSummaries(token).send(clients, signal);
    windows.push(...(page.SamplingStatisticSummaries ?? []).flatMap(windowOf));
    const oldest = windows.at(-1);
    token = oldest && isBefore(oldest.start, look) ? undefined : page.NextToken;
  } while (token);
  return windows;
}

function windowOf(summary: SamplingStatisticSummary): Window[] {
  if (!summary.RuleName || !summary.Timestamp) return [];
  return [
    {
      rule: summary.RuleName,
      start: summary.Timestamp,
      requests: summary.RequestCount ?? 0,
      borrowed: summary.BorrowCount ?? 0,
      sampled: summary.SampledCount ?? 0,
    },
  ];
}

/** Sends calls one after the other, as each may depend on the one before; then the rules are read anew. */
function useChange<Input>(callsOf: (input: Input) => Call<unknown>[]) {
  const { clients } = useConnection();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (input: Input) => {
      for (const call of callsOf(input)) await call.send(clients);
    },
    onSettled: () => cache.invalidateQueries({ queryKey: [RULES] }),
  });
}

export function useCreateRule() {
  return useChange((rule: SamplingRule) => [createCall(rule)]);
}

export function useUpdateRule() {
  return useChange((rule: SamplingRule) => [updateCall(rule)]);
}

export function useDeleteRules() {
  return useChange(deleteCalls);
}

export function deleteCalls(names: readonly string[]) {
  return names.map((name) => deleteSamplingRule({ RuleName: name }));
}

export function useMoveRule() {
  return useChange((changes: readonly PriorityChange[]) =>
    changes.map(({ name, priority }) =>
      updateSamplingRule({ SamplingRuleUpdate: { RuleName: name, Priority: priority } }),
    ),
  );
}

export function createCall(rule: SamplingRule) {
  return createSamplingRule({
    SamplingRule: { Version: 1, RuleName: rule.name, ...documentOf(rule) },
  });
}

/** Default lets its rate and its reservoir be changed, nothing else. */
export function updateCall(rule: SamplingRule) {
  const figures: SamplingRuleUpdate = { FixedRate: rule.rate, ReservoirSize: rule.reservoir };
  return updateSamplingRule({
    SamplingRuleUpdate: { RuleName: rule.name, ...(isDefault(rule) ? figures : documentOf(rule)) },
  });
}

function documentOf(rule: SamplingRule): Omit<Document, "RuleName" | "RuleARN" | "Version"> {
  return {
    Priority: rule.priority,
    FixedRate: rule.rate,
    ReservoirSize: rule.reservoir,
    ServiceName: rule.serviceName,
    ServiceType: rule.serviceType,
    Host: rule.host,
    HTTPMethod: rule.method,
    URLPath: rule.path,
    ResourceARN: rule.resourceArn,
    Attributes: rule.attributes,
  };
}

function ruleOf(document: Partial<Document>): SamplingRule {
  return {
    name: document.RuleName ?? "",
    priority: document.Priority ?? 0,
    rate: document.FixedRate ?? 0,
    reservoir: document.ReservoirSize ?? 0,
    serviceName: document.ServiceName ?? "*",
    serviceType: document.ServiceType ?? "*",
    host: document.Host ?? "*",
    method: document.HTTPMethod ?? "*",
    path: document.URLPath ?? "*",
    resourceArn: document.ResourceARN ?? "*",
    attributes: document.Attributes ?? {},
  };
}
