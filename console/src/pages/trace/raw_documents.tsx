/** The documents of a trace as BatchGetTraces hands them out. */

import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { JsonView } from "../../components/json_view";
import type { FoundTrace } from "../../query/trace";

export function RawDocuments({ found }: { found: FoundTrace }) {
  return (
    <SpaceBetween size="s">
      {found.documents.map((document, at) => (
        <ExpandableSection
          key={document.id}
          variant="container"
          defaultExpanded={at === 0}
          headerText={document.name}
          headerDescription={`${document.id}${document.inferred ? ", inferred from its caller" : ""}`}
        >
          <JsonView value={document} />
        </ExpandableSection>
      ))}
    </SpaceBetween>
  );
}
