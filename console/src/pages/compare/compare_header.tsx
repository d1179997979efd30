/** Which two traces, what each took, and how far they are apart. */

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useNavigate } from "react-router";
import { CopyAs } from "../../components/copy_as";
import { Download } from "../../components/download";
import { Facts } from "../../components/facts";
import { Instant } from "../../components/instant";
import { OutcomeMark } from "../../components/outcome";
import { SET_COLOURS } from "../../components/set_colours";
import { formatSeconds } from "../../model/instant";
import { PAIR_COLUMNS } from "../../model/pair_row";
import { LEAST_DIFFERENCE } from "../../model/slowdown";
import type { Entity } from "../../model/trace";
import { type Comparison, requestSeconds, signed } from "../../model/trace_comparison";
import type { Compared } from "../../model/trace_pairs";
import { pathOf } from "../../model/trace_row";
import { type FoundTrace, tracesCall } from "../../query/trace";
import { comparePath, hashOf, tracePath } from "../../url/paths";
import { Side, type SideName } from "./side";

interface CompareHeaderProps {
  readonly comparison: Comparison;
  readonly found: readonly [FoundTrace, FoundTrace];
}

export function CompareHeader({ comparison, found: [a, b] }: CompareHeaderProps) {
  const navigate = useNavigate();
  return (
    <SpaceBetween size="s">
      <Header
        variant="h1"
        description="What B does otherwise than A. Work is paired by its caller, its name and what it asks for."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button onClick={() => navigate(comparePath(b.id, a.id))}>Swap</Button>
            <CopyAs calls={[tracesCall([a.id, b.id])]} />
            <Download name={`${a.id}-${b.id}`} columns={PAIR_COLUMNS} rows={comparison.rows} />
          </SpaceBetween>
        }
      >
        {verdict(comparison)}
      </Header>
      <div className="sky-compare-head">
        <SideCard name="a" id={a.id} compared={comparison.a} />
        <SideCard name="b" id={b.id} compared={comparison.b} />
      </div>
    </SpaceBetween>
  );
}

function verdict({ a, added }: Comparison): string {
  if (Math.abs(added) < LEAST_DIFFERENCE) return "Both took the same time";
  return `B took ${formatSeconds(Math.abs(added))} ${added > 0 ? "longer" : "less"}${share(requestSeconds(a), added)}`;
}

/** In percent, or how many times as long where percent would be hard to grasp. */
function share(before: number, added: number): string {
  if (before <= 0) return "";
  const times = (before + added) / before;
  if (times >= 2) return `, ${Number(times.toPrecision(2))} times as long`;
  return ` (${signed(added / before, (part) => `${Math.round(part * 100)} %`)})`;
}

function SideCard({ name, id, compared }: { name: SideName; id: string; compared: Compared }) {
  const { trace } = compared;
  const root = trace.roots[0];
  const status = root?.document.http?.response?.status;
  return (
    <section
      className="sky-compare-side"
      aria-label={`Trace ${name.toUpperCase()}`}
      style={{ borderInlineStartColor: SET_COLOURS[name] }}
    >
      <SpaceBetween size="xs">
        <SpaceBetween direction="horizontal" size="xs" alignItems="center">
          <Side name={name} />
          <Box variant="h3" tagOverride="h2" padding="n">
            {root ? titleOf(root) : id}
          </Box>
          <Link href={hashOf(tracePath(id))} ariaLabel={`Trace ${id}`}>
            <span className="sky-code">…{id.slice(-12)}</span>
          </Link>
        </SpaceBetween>
        <Facts
          facts={[
            {
              label: "Status",
              value: root && (
                <OutcomeMark outcome={root.outcome} text={status === undefined ? undefined : `${status}`} />
              ),
            },
            {
              label: "Response time",
              value: root?.end === undefined ? "In progress" : formatSeconds(requestSeconds(compared)),
            },
            { label: "Start", value: <Instant at={trace.start} milliseconds /> },
            { label: "Spans", value: trace.entities.length.toLocaleString("en") },
          ]}
        />
      </SpaceBetween>
    </section>
  );
}

function titleOf({ name, document }: Entity): string {
  const { method, url } = document.http?.request ?? {};
  return url ? `${method?.toUpperCase() ?? ""} ${pathOf(url)}`.trim() : name;
}
