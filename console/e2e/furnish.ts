/** Rules and groups of a shop, so that no view is empty. */

import { CreateGroupCommand, CreateSamplingRuleCommand, type SamplingRule } from "@aws-sdk/client-xray";
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
}
