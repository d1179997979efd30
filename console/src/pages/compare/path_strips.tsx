/** The critical path of both requests on one scale: whose work the answer waited for, from the first to the last. */

import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { useMemo } from "react";
import { serviceColour } from "../../components/service_colour";
import { criticalPath, type Section } from "../../model/critical_path";
import { formatSeconds } from "../../model/instant";
import { whereOf } from "../../model/service_times";
import { type Comparison, requestSeconds } from "../../model/trace_comparison";
import type { Compared } from "../../model/trace_pairs";
import { Side, type SideName } from "./side";

const HEIGHT = 20;

export function PathStrips({ comparison: { a, b } }: { comparison: Comparison }) {
  const [pathA, pathB] = [useStretches(a), useStretches(b)];
  const services = useMemo(() => [...new Set([...pathA, ...pathB].map(({ where }) => where))], [pathA, pathB]);
  const whole = Math.max(requestSeconds(a), requestSeconds(b)) || 0.001;
  return (
    <Container
      header={
        <Header variant="h2" description="The work that each answer waited for, on one scale.">
          Critical paths
        </Header>
      }
    >
      <div className="sky-paths">
        <Strip name="a" compared={a} stretches={pathA} whole={whole} services={services} />
        <Strip name="b" compared={b} stretches={pathB} whole={whole} services={services} />
      </div>
      <div className="sky-paths-services">
        {services.map((service) => (
          <span key={service}>
            <span className="sky-swatch" style={{ background: serviceColour(services, service) }} />
            {service}
          </span>
        ))}
      </div>
    </Container>
  );
}

interface StripProps {
  readonly name: SideName;
  readonly compared: Compared;
  readonly stretches: readonly Stretch[];
  readonly whole: number;
  readonly services: readonly string[];
}

function Strip({ name, compared, stretches, whole, services }: StripProps) {
  const length = formatSeconds(requestSeconds(compared));
  const start = compared.trace.roots[0]?.start ?? 0;
  return (
    <>
      <Side name={name} />
      <svg
        height={HEIGHT}
        viewBox={`0 0 ${whole} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Critical path of ${name.toUpperCase()}, ${length}`}
      >
        {stretches.map(({ where, from, to }) => (
          <rect key={from} x={from - start} width={to - from} height={HEIGHT} fill={serviceColour(services, where)}>
            <title>{`${where}: ${formatSeconds(to - from)}`}</title>
          </rect>
        ))}
      </svg>
      <span className="sky-number">{length}</span>
    </>
  );
}

interface Stretch {
  readonly where: string;
  readonly from: number;
  readonly to: number;
}

function useStretches(compared: Compared): readonly Stretch[] {
  return useMemo(() => stretchesOf(compared), [compared]);
}

/** Sections in one place that follow each other, as one. */
function stretchesOf({ trace, open }: Compared): Stretch[] {
  const [root] = trace.roots;
  const sections: readonly Section[] = root ? criticalPath(root, open) : [];
  const found: Stretch[] = [];
  for (const { entity, start, end } of sections) {
    const last = found.at(-1);
    const where = whereOf(entity);
    if (last?.where === where) found[found.length - 1] = { ...last, to: end };
    else found.push({ where, from: start, to: end });
  }
  return found;
}
