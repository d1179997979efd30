/** Calls of X-Ray's operations on sampling rules. */

import {
  CreateSamplingRuleCommand,
  type CreateSamplingRuleCommandInput,
  type CreateSamplingRuleCommandOutput,
  DeleteSamplingRuleCommand,
  type DeleteSamplingRuleCommandInput,
  type DeleteSamplingRuleCommandOutput,
  GetSamplingRulesCommand,
  type GetSamplingRulesCommandOutput,
  GetSamplingStatisticSummariesCommand,
  type GetSamplingStatisticSummariesCommandOutput,
  UpdateSamplingRuleCommand,
  type UpdateSamplingRuleCommandInput,
  type UpdateSamplingRuleCommandOutput,
} from "@aws-sdk/client-xray";
import { type Call, xrayCall } from "./call";

export function getSamplingRules(): Call<GetSamplingRulesCommandOutput> {
  return xrayCall("GetSamplingRules", "/GetSamplingRules", {}, ({ xray }, options) =>
    xray.send(new GetSamplingRulesCommand({}), options),
  );
}

export function getSamplingStatisticSummaries(token?: string): Call<GetSamplingStatisticSummariesCommandOutput> {
  const input = token ? { NextToken: token } : {};
  return xrayCall("GetSamplingStatisticSummaries", "/SamplingStatisticSummaries", input, ({ xray }, options) =>
    xray.send(new GetSamplingStatisticSummariesCommand(input), options),
  );
}

export function createSamplingRule(input: CreateSamplingRuleCommandInput): Call<CreateSamplingRuleCommandOutput> {
  return xrayCall("CreateSamplingRule", "/CreateSamplingRule", input, ({ xray }, options) =>
    xray.send(new CreateSamplingRuleCommand(input), options),
  );
}

export function updateSamplingRule(input: UpdateSamplingRuleCommandInput): Call<UpdateSamplingRuleCommandOutput> {
  return xrayCall("UpdateSamplingRule", "/UpdateSamplingRule", input, ({ xray }, options) =>
    xray.send(new UpdateSamplingRuleCommand(input), options),
  );
}

export function deleteSamplingRule(input: DeleteSamplingRuleCommandInput): Call<DeleteSamplingRuleCommandOutput> {
  return xrayCall("DeleteSamplingRule", "/DeleteSamplingRule", input, ({ xray }, options) =>
    xray.send(new DeleteSamplingRuleCommand(input), options),
  );
}
