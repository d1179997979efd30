/** Rules and groups of a shop, and what its SDKs report of the rules, so that no view is empty. */

import {
  CreateGroupCommand,
  CreateSamplingRuleCommand,
  GetSamplingTargetsCommand,
  type SamplingRule,
} from "@aws-sdk/client-xray";
import type { Server } from "./server.ts";

const ANY = { ServiceName: "*", ServiceType: "*", Host: "*", HTTPMethod: "*", URLPath: "*", ResourceARN: "*" };

const RULES: readonly (Partial<SamplingRule> & { readonly RuleName: string })[] = [
  { RuleName: "health-checks", Priority: 10, FixedRate: 0, ReservoirSize: 0, URLPath: "/health*" },
  { RuleName: "checkout", Priority: 20, FixedRate: 1, ReservoirSize: 50, ServiceName: "orders", HTTPMethod: "POST" },
  {
    RuleName: "gold-carts",
    Priority: 30,
    FixedRate: 0.25,
    ReservoirSize: 2,
    URLPath: "/cart/*",
    Attributes: { tenant: "gold*" },
  },
];

const GROUPS = {
  "slow-checkouts": 'service("orders") AND responsetime > 0.3',
  faults: "fault = true",
};

export async function furnish({ xray }: Server): Promise<void> {
  for (const rule of RULES) {
    const document = {
      Version: 1,
      Priority: undefined,
      FixedRate: undefined,
      ReservoirSize: undefined,
      ...ANY,
      ...rule,
    };
    await xray.send(new CreateSamplingRuleCommand({ SamplingRule: document }));
  }
  for (const [GroupName, FilterExpression] of Object.entries(GROUPS)) {
    await xray.send(new CreateGroupCommand({ GroupName, FilterExpression }));
  }
  await report(xray);
}

const REPORTS = 24;

/** Four minutes of reports, one each ten seconds; older ones the service does not take. */
async function report(xray: Server["xray"]): Promise<void> {
  for (let back = REPORTS; back > 0; back -= 1) {
    const Timestamp = new Date(Date.now() - back * 10_000);
    const wave = 1 + Math.sin(back / 3) / 2;
    const of = (RuleName: string, requests: number, borrowed: number, share: number) => {
      const RequestCount = Math.round(requests * wave);
      const SampledCount = Math.round(RequestCount * share) + borrowed;
      return {
        RuleName,
        ClientID: "0123456789abcdef01234567",
        Timestamp,
        RequestCount,
        BorrowCount: borrowed,
        SampledCount,
      };
    };
    const SamplingStatisticsDocuments = [
      of("health-checks", 60, 0, 0),
      of("checkout", 180, 0, 1),
      of("gold-carts", 240, 0, 0.31),
      of("Default", 90, back % 3 ? 0 : 1, 0.15),
    ];
    await xray.send(new GetSamplingTargetsCommand({ SamplingStatisticsDocuments }));
  }
}
