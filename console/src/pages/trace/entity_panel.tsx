/** What is known of one segment or subsegment, in tabs. */

import Tabs, { type TabsProps } from "@cloudscape-design/components/tabs";
import type { ReactNode } from "react";
import { DetailPanel } from "../../components/detail_panel";
import { JsonView } from "../../components/json_view";
import { OutcomeMark } from "../../components/outcome";
import { exceptionsOf } from "../../model/exceptions";
import type { Entity, Trace } from "../../model/trace";
import { useViewState } from "../../url/view_state";
import { EntityOverview } from "./entity_overview";
import { Exceptions } from "./exceptions";
import { Properties } from "./properties";

interface EntityPanelProps {
  readonly trace: Trace;
  readonly entity: Entity;
  readonly open: number;
  readonly onClose: () => void;
}

export function EntityPanel({ trace, entity, open, onClose }: EntityPanelProps) {
  const { get, change } = useViewState();
  const tabs = tabsOf(trace, entity, open);
  const asked = get("tab") ?? "overview";
  return (
    <DetailPanel
      title={entity.name}
      subtitle={[entity.kind === "segment" ? "Segment" : `Subsegment of ${entity.service}`, entity.type]
        .filter(Boolean)
        .join(" · ")}
      mark={<OutcomeMark outcome={entity.outcome} />}
      onClose={onClose}
    >
      <Tabs
        tabs={tabs}
        activeTabId={tabs.some(({ id }) => id === asked) ? asked : "overview"}
        onChange={({ detail }) => change({ tab: detail.activeTabId }, "replace")}
      />
    </DetailPanel>
  );
}

/** Tabs that have something to say; the overview and the document always do. */
function tabsOf(trace: Trace, entity: Entity, open: number): TabsProps.Tab[] {
  const { document } = entity;
  const exceptions = exceptionsOf(document.cause, trace);
  const { subsegments, ...own } = document;
  const resources = { ...document.aws, ...(document.service ? { service: document.service } : {}) };
  const tab = (id: string, label: string, count: number, content: ReactNode): TabsProps.Tab[] =>
    count > 0 ? [{ id, label: count > 1 ? `${label} (${count})` : label, content }] : [];
  return [
    { id: "overview", label: "Overview", content: <EntityOverview entity={entity} trace={trace} open={open} /> },
    ...tab("exceptions", "Exceptions", exceptions.length, <Exceptions exceptions={exceptions} />),
    ...tab(
      "annotations",
      "Annotations",
      size(document.annotations),
      <Properties of={document.annotations ?? {}} filterBy="annotation" />,
    ),
    ...tab("metadata", "Metadata", size(document.metadata), <JsonView value={document.metadata} />),
    ...tab("resources", "Resources", size(resources) && 1, <Properties of={resources} />),
    ...tab("sql", "SQL", size(document.sql) && 1, <Properties of={document.sql ?? {}} />),
    {
      id: "raw",
      label: "Raw",
      content: <JsonView value={subsegments ? { ...own, subsegments: `… ${subsegments.length}` } : own} />,
    },
  ];
}

function size(value: object | undefined): number {
  return value ? Object.keys(value).length : 0;
}
