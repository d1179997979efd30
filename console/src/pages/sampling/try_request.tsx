/** Says which rule a request would meet, and why not those before it. The request stands in the URL. */

import Box from "@cloudscape-design/components/box";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { type Trial, type TriedRequest, tryRules } from "../../model/sampling_match";
import { CRITERIA, type SamplingRule } from "../../model/sampling_rule";
import { formatShare } from "../../model/share";
import { useViewState, type ViewState } from "../../url/view_state";
import { AttributePatterns } from "./criteria_fields";

const EXAMPLES: Record<string, string> = {
  serviceName: "checkout",
  serviceType: "AWS::ECS::Container",
  host: "shop.example.com",
  method: "GET",
  path: "/cart/7",
};

export function TryRequest({ rules }: { rules: readonly SamplingRule[] }) {
  const view = useViewState();
  const request = triedRequest(view);
  const isTold = CRITERIA.some(({ field }) => request[field]) || Object.keys(request.attributes).length > 0;
  return (
    <ExpandableSection
      variant="container"
      headerText="Which rule would this request meet?"
      headerDescription="What is left empty fits every pattern, as with something that an SDK does not know."
      defaultExpanded={isTold}
    >
      <SpaceBetween size="l">
        <ColumnLayout columns={3}>
          {CRITERIA.map(({ field, label }) => (
            <FormField key={field} label={label}>
              <Input
                value={request[field]}
                placeholder={EXAMPLES[field] ?? ""}
                onChange={({ detail }) => view.change({ [`try.${field}`]: detail.value }, "replace")}
              />
            </FormField>
          ))}
        </ColumnLayout>
        <FormField label="Attributes" stretch>
          <AttributePatterns
            value={request.attributes}
            onChange={(attributes) =>
              view.change({ "try.attributes": new URLSearchParams(attributes).toString() }, "replace")
            }
          />
        </FormField>
        <Trials trials={tryRules(rules, request)} />
      </SpaceBetween>
    </ExpandableSection>
  );
}

function triedRequest({ get }: ViewState): TriedRequest {
  const told = (field: string) => get(`try.${field}`) ?? "";
  return {
    serviceName: told("serviceName"),
    serviceType: told("serviceType"),
    host: told("host"),
    method: told("method"),
    path: told("path"),
    resourceArn: told("resourceArn"),
    attributes: Object.fromEntries(new URLSearchParams(told("attributes"))),
  };
}

function Trials({ trials }: { trials: readonly Trial[] }) {
  return (
    <div aria-live="polite">
      <SpaceBetween size="xs">
        {trials.map(({ rule, misfits }) =>
          misfits.length > 0 ? (
            <StatusIndicator key={rule.name} type="stopped">
              {rule.name}: {misfits.join(", ")}
            </StatusIndicator>
          ) : (
            <StatusIndicator key={rule.name} type="success">
              <Box variant="strong">{rule.name}</Box> samples {rule.reservoir} a second and {formatShare(rule.rate)} of
              the rest
            </StatusIndicator>
          ),
        )}
      </SpaceBetween>
    </div>
  );
}
