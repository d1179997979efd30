/** Groups: names for traces that a filter expression is true of; each has its own map and counts. */

import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { CopyAs } from "../../components/copy_as";
import { Download } from "../../components/download";
import { ProblemAlert } from "../../components/problem_alert";
import { Quiet } from "../../components/quiet";
import type { Column } from "../../model/csv";
import { DEFAULT_GROUP, type Group } from "../../model/group";
import { useGroups } from "../../query/groups";
import { hashOf, tracesPath } from "../../url/paths";
import { useViewState } from "../../url/view_state";
import { DeleteGroup } from "./delete_group";
import { GroupForm } from "./group_form";

const NEW: Group = { name: "", arn: "", expression: "" };

const DOWNLOADED: Column<Group>[] = [
  { header: "Name", value: (group) => group.name },
  { header: "Filter expression", value: (group) => group.expression },
  { header: "ARN", value: (group) => group.arn },
];

const COLUMNS: TableProps.ColumnDefinition<Group>[] = [
  { id: "name", header: "Name", cell: (group) => group.name, isRowHeader: true, width: 180 },
  { id: "expression", header: "Filter expression", cell: (group) => <Expression group={group} />, minWidth: 280 },
  { id: "traces", header: "Traces", cell: (group) => <TracesLink group={group} />, width: 120 },
  { id: "change", header: "Change", cell: (group) => <GroupActions group={group} />, width: 150 },
];

export default function GroupsPage() {
  const groups = useGroups();
  const { get, change } = useViewState();
  const rows = groups.data ?? [];
  const edited = get("new") ? NEW : rows.find((group) => group.name === get("edit"));
  const deleted = rows.find((group) => group.name === get("delete"));
  const close = () => change({ edit: undefined, new: undefined, delete: undefined }, "push");
  return (
    <SpaceBetween size="l">
      <Header variant="h1" description="A name for the traces that a filter expression is true of.">
        Groups
      </Header>
      {groups.error && <ProblemAlert error={groups.error} onRetry={() => void groups.refetch()} />}
      <Table
        items={rows}
        columnDefinitions={COLUMNS}
        trackBy="name"
        loading={groups.isPending}
        loadingText="Loading groups"
        contentDensity="compact"
        wrapLines
        enableKeyboardNavigation
        ariaLabels={{ tableLabel: "Groups" }}
        header={
          <Header
            counter={groups.data && `(${rows.length})`}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <CopyAs calls={[groups.call]} />
                <Download name="groups" columns={DOWNLOADED} rows={rows} />
                <Button variant="primary" onClick={() => change({ new: "group" }, "push")}>
                  Create group
                </Button>
              </SpaceBetween>
            }
          >
            Groups
          </Header>
        }
      />
      {edited && <GroupForm key={edited.name} group={edited} groups={rows} onClose={close} />}
      {deleted && <DeleteGroup name={deleted.name} onClose={close} />}
    </SpaceBetween>
  );
}

function Expression({ group }: { group: Group }) {
  return group.expression ? <span className="sky-code">{group.expression}</span> : <Quiet>every trace</Quiet>;
}

function TracesLink({ group }: { group: Group }) {
  return (
    <Link href={hashOf(tracesPath({ filter: group.expression }))} ariaLabel={`Traces of ${group.name}`}>
      View traces
    </Link>
  );
}

function GroupActions({ group }: { group: Group }) {
  const { change } = useViewState();
  if (group.name === DEFAULT_GROUP) return <Quiet>always there</Quiet>;
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button
        variant="inline-link"
        ariaLabel={`Edit ${group.name}`}
        onClick={() => change({ edit: group.name }, "push")}
      >
        Edit
      </Button>
      <Button
        variant="inline-link"
        ariaLabel={`Delete ${group.name}`}
        onClick={() => change({ delete: group.name }, "push")}
      >
        Delete
      </Button>
    </SpaceBetween>
  );
}
