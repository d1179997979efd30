/** Sampling: the rules in the order in which they are tried, what clients report of each, and what a request would meet. */

import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { Loading } from "../../components/loading";
import { ProblemAlert } from "../../components/problem_alert";
import { inOrder, NEW_RULE, type SamplingRule } from "../../model/sampling_rule";
import { SHOWN_MINUTES, type Statistics, statisticsOf } from "../../model/sampling_statistics";
import { useSamplingRules, useSamplingStatistics } from "../../query/sampling";
import { useViewState } from "../../url/view_state";
import { ReportedOverTime } from "./reported_over_time";
import { RuleForm } from "./rule_form";
import { RuleTable } from "./rule_table";
import { TryRequest } from "./try_request";

const NOTHING_REPORTED: ReadonlyMap<string, Statistics> = new Map();

export default function SamplingPage() {
  const rules = useSamplingRules();
  const { get, change } = useViewState();
  const minutes = SHOWN_MINUTES.find((each) => String(each) === get("minutes")) ?? SHOWN_MINUTES[0];
  const reported = useSamplingStatistics(minutes);
  const ordered = inOrder(rules.data ?? []);
  const edited = editedRule(ordered, get("edit"), get("new"));
  const close = () => change({ edit: undefined, new: undefined }, "push");
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description="A request is sampled by the first rule that it fits: so many a second from the reservoir, then a share of the rest."
      >
        Sampling
      </Header>
      {rules.error && <ProblemAlert error={rules.error} onRetry={() => void rules.refetch()} />}
      {reported.error && <ProblemAlert error={reported.error} onRetry={() => void reported.refetch()} />}
      {rules.isPending && <Loading what="sampling rules" />}
      {rules.data && (
        <RuleTable
          rules={ordered}
          statistics={reported.data ? statisticsOf(reported.data.windows, reported.data.look) : NOTHING_REPORTED}
          minutes={reported.data?.look.minutes ?? minutes}
          call={rules.call}
        />
      )}
      {rules.data && reported.data && (
        <ReportedOverTime rules={ordered.map(({ name }) => name)} reported={reported.data} call={reported.call} />
      )}
      {rules.data && <TryRequest rules={ordered} />}
      {edited && <RuleForm key={edited.name} rule={edited} rules={ordered} onClose={close} />}
    </SpaceBetween>
  );
}

/** The rule that the URL says is being edited: one by its name, or a new one, which may start as a copy. */
function editedRule(rules: readonly SamplingRule[], name?: string, copied?: string): SamplingRule | undefined {
  if (name !== undefined) return rules.find((rule) => rule.name === name);
  if (copied === undefined) return undefined;
  const original = rules.find((rule) => rule.name === copied);
  return original ? { ...original, name: "", priority: Math.min(original.priority, 9999) } : NEW_RULE;
}
