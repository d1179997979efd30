/** The scale above the waterfall: the whole trace in small, to drag over, and the times of what is in sight. */

import { useMemo, useRef, useState } from "react";
import { OUTCOME_COLOURS } from "../../components/outcome";
import { serviceColour } from "../../components/service_colour";
import { formatSeconds } from "../../model/instant";
import { endOf } from "../../model/trace";
import { type Span, ticks, within } from "../../model/waterfall";
import type { ViewOfTrace } from "./view_of_trace";

const HEIGHT = 36;
// More lines than pixels would only be paint.
const MOST_LINES = 400;

export function Scale({ view }: { view: ViewOfTrace }) {
  const { span } = view;
  return (
    <div className="sky-scale">
      <div className="sky-scale-name">Segment</div>
      <div className="sky-scale-time">
        <div className="sky-track">
          <Overview view={view} />
        </div>
        <div className="sky-ticks sky-track">
          {ticks(span, 6).map((at) => {
            const share = ((at - span.from) / (span.to - span.from)) * 100;
            return (
              <span key={at} style={{ insetInlineStart: `${share}%` }}>
                {formatSeconds(at)}
              </span>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function Overview({ view }: { view: ViewOfTrace }) {
  const { whole, span } = view;
  const drag = useDrag(view);
  const shown = drag.span ?? span;
  const share = (at: number) => `${((at - whole.from) / (whole.to - whole.from)) * 100}%`;
  const isWhole = shown.from <= whole.from && shown.to >= whole.to;
  return (
    <div
      className="sky-overview"
      role="group"
      aria-label="The whole trace"
      {...drag.handlers}
      title="Drag to zoom, double-click for the whole trace"
      onDoubleClick={() => view.zoom(whole, "push")}
    >
      <Lines view={view} />
      {!isWhole && (
        <>
          <div className="sky-overview-out" style={{ insetInlineStart: 0, width: share(shown.from) }} />
          <div className="sky-overview-out" style={{ insetInlineEnd: 0, insetInlineStart: share(shown.to) }} />
        </>
      )}
    </div>
  );
}

function Lines({ view: { trace, whole } }: { view: ViewOfTrace }) {
  return useMemo(() => {
    const step = Math.max(1, Math.ceil(trace.entities.length / MOST_LINES));
    const lines = trace.entities.filter((entity, at) => at % step === 0 || entity.outcome === "fault");
    const height = HEIGHT / Math.max(lines.length, 8);
    return (
      <svg
        width="100%"
        height={HEIGHT}
        aria-hidden="true"
        preserveAspectRatio="none"
        viewBox={`0 0 ${whole.to} ${HEIGHT}`}
      >
        {lines.map((entity, at) => (
          <rect
            key={entity.id}
            x={entity.start}
            y={at * height}
            width={Math.max(endOf(entity, whole.to) - entity.start, whole.to / 1000)}
            height={Math.max(height * 0.8, 1)}
            style={{
              fill: entity.outcome === "fault" ? OUTCOME_COLOURS.fault : serviceColour(trace.services, entity.service),
            }}
          />
        ))}
      </svg>
    );
  }, [trace, whole]);
}

/** A drag over the overview chooses a span; while it lasts, only the overview shows it. */
function useDrag({ whole, zoom }: ViewOfTrace) {
  const began = useRef<number | null>(null);
  const [dragged, setDragged] = useState<Span | null>(null);
  const timeAt = (event: React.PointerEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return whole.from + ((event.clientX - left) / width) * (whole.to - whole.from);
  };
  const spanTo = (to: number): Span =>
    within({ from: Math.min(began.current ?? to, to), to: Math.max(began.current ?? to, to) }, whole);
  const isDrag = (span: Span) => span.to - span.from > (whole.to - whole.from) * 0.005;
  return {
    span: dragged && isDrag(dragged) ? dragged : null,
    handlers: {
      onPointerDown: (event: React.PointerEvent<HTMLElement>) => {
        began.current = timeAt(event);
        event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerMove: (event: React.PointerEvent<HTMLElement>) => {
        if (began.current !== null) setDragged(spanTo(timeAt(event)));
      },
      onPointerUp: () => {
        if (dragged && isDrag(dragged)) zoom(dragged, "push");
        began.current = null;
        setDragged(null);
      },
    },
  };
}
