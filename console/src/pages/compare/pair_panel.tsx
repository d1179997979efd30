/** What is known of one piece of work in both traces, side by side. */

import Link from "@cloudscape-design/components/link";
import { DetailPanel } from "../../components/detail_panel";
import { OutcomeMark } from "../../components/outcome";
import { Quiet } from "../../components/quiet";
import { exceptionsOf } from "../../model/exceptions";
import { formatSeconds } from "../../model/instant";
import type { PairRow } from "../../model/pair_row";
import { type Entity, noteOf, type Trace } from "../../model/trace";
import type { Comparison } from "../../model/trace_comparison";
import { anyOf } from "../../model/trace_pairs";
import { hashOf, tracePath } from "../../url/paths";
import { Side } from "./side";

interface PairPanelProps {
  readonly row: PairRow;
  readonly comparison: Comparison;
  readonly onClose: () => void;
}

export function PairPanel({ row, comparison, onClose }: PairPanelProps) {
  const { pair } = row;
  const { name, service, type } = anyOf(pair);
  const facts: [label: string, a: React.ReactNode, b: React.ReactNode][] = [
    ["Duration", seconds(row.secondsInA), seconds(row.secondsInB)],
    ["Self time", seconds(row.selfInA), seconds(row.selfInB)],
    ["Outcome", outcome(pair.a), outcome(pair.b)],
    ["Offset", seconds(pair.a?.start), seconds(pair.b?.start)],
    ["Asks for", pair.a && noteOf(pair.a), pair.b && noteOf(pair.b)],
    ...annotations(pair.a, pair.b),
    ["Exceptions", thrown(pair.a, comparison.a.trace), thrown(pair.b, comparison.b.trace)],
    ["In its trace", shown(pair.a, comparison.a.trace), shown(pair.b, comparison.b.trace)],
  ];
  return (
    <DetailPanel
      title={name}
      subtitle={[row.change, `in ${service}`, type].filter(Boolean).join(" · ")}
      onClose={onClose}
    >
      <table className="sky-properties sky-pair">
        <thead>
          <tr>
            <th scope="col">Compared</th>
            <th scope="col">
              <Side name="a" />
            </th>
            <th scope="col">
              <Side name="b" />
            </th>
          </tr>
        </thead>
        <tbody>
          {facts
            .filter(([, a, b]) => a || b)
            .map(([label, a, b]) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td className="sky-break">{a || <Quiet>–</Quiet>}</td>
                <td className="sky-break">{b || <Quiet>–</Quiet>}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </DetailPanel>
  );
}

function seconds(of: number | undefined): string | undefined {
  return of === undefined ? undefined : formatSeconds(of);
}

function outcome(entity: Entity | undefined): React.ReactNode {
  return entity && <OutcomeMark outcome={entity.outcome} />;
}

function annotations(a: Entity | undefined, b: Entity | undefined): [string, React.ReactNode, React.ReactNode][] {
  const [inA, inB] = [a?.document.annotations ?? {}, b?.document.annotations ?? {}];
  const text = (value: unknown) => (value === undefined ? undefined : String(value));
  return [...new Set([...Object.keys(inA), ...Object.keys(inB)])].map((key) => [key, text(inA[key]), text(inB[key])]);
}

function thrown(entity: Entity | undefined, trace: Trace): string | undefined {
  const found = entity ? exceptionsOf(entity.document.cause, trace) : [];
  return found.map(({ type, message }) => `${type}: ${message}`).join("; ") || undefined;
}

function shown(entity: Entity | undefined, { roots }: Trace): React.ReactNode {
  const id = roots[0]?.document.trace_id;
  if (!entity || !id) return undefined;
  return (
    <Link href={hashOf(tracePath(id, { selected: entity.id }))} ariaLabel={`${entity.name} in trace ${id}`}>
      Show
    </Link>
  );
}
