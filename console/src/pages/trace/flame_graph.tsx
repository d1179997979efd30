/** The flame graph of a trace, on a canvas: ten thousand boxes are one picture. A click zooms in, Escape or the button out. */

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { useEffect, useMemo, useRef, useState } from "react";
import { OUTCOME_COLOURS } from "../../components/outcome";
import { serviceColour } from "../../components/service_colour";
import { selfTime } from "../../model/critical_path";
import { type Flame, flamesOf } from "../../model/flame";
import { formatSeconds } from "../../model/instant";
import type { Span } from "../../model/waterfall";
import { useGrownView, type ViewOfTrace } from "./view_of_trace";

const LANE = 22;

export function FlameGraph({ view: read }: { view: ViewOfTrace }) {
  const view = useGrownView(read);
  const { trace, whole, span } = view;
  const flames = useMemo(() => flamesOf(trace, whole.to), [trace, whole]);
  const lanes = Math.max(...flames.map(({ lane }) => lane)) + 1;
  const [hovered, setHovered] = useState<Flame | undefined>();
  const canvas = useRef<HTMLCanvasElement>(null);
  usePainted(canvas, flames, view, hovered);
  const flameAt = (event: React.PointerEvent<HTMLCanvasElement> | React.MouseEvent<HTMLCanvasElement>) => {
    const { left, top, width } = event.currentTarget.getBoundingClientRect();
    const at = span.from + ((event.clientX - left) / width) * (span.to - span.from);
    const lane = Math.floor((event.clientY - top) / LANE);
    return flames.find((flame) => flame.lane === lane && flame.start <= at && at <= flame.end);
  };
  const isZoomed = span.from > whole.from || span.to < whole.to;
  return (
    <div>
      <div className="sky-toolbar">
        <Box color="text-body-secondary">
          {hovered
            ? describe(hovered, whole.to)
            : "Across is time, down is who called whom. Click a box to zoom in on it."}
        </Box>
        <span className="sky-toolbar-gap" />
        <Button disabled={!isZoomed} onClick={() => view.zoom(whole, "push")}>
          Whole trace
        </Button>
      </div>
      <canvas
        ref={canvas}
        className="sky-flame"
        style={{ height: lanes * LANE }}
        role="img"
        aria-label={`Flame graph of ${trace.entities.length} spans; the timeline has the same as a table`}
        onPointerMove={(event) => setHovered(flameAt(event))}
        onPointerLeave={() => setHovered(undefined)}
        onClick={(event) => {
          const flame = flameAt(event);
          if (flame && flame.end > flame.start) view.zoom({ from: flame.start, to: flame.end }, "push");
        }}
      />
    </div>
  );
}

function describe({ entity, start, end }: Flame, open: number): string {
  const length = entity.end === undefined ? "in progress" : formatSeconds(end - start);
  return `${entity.name} (${entity.service}): ${length}, of it ${formatSeconds(selfTime(entity, open))} itself`;
}

/** Paints anew when anything that is seen changes: the flames, the span, the width, the theme. */
function usePainted(
  canvas: React.RefObject<HTMLCanvasElement | null>,
  flames: readonly Flame[],
  { span, trace }: ViewOfTrace,
  hovered: Flame | undefined,
): void {
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const colour = colourReader(element);
    const paint = () =>
      draw(
        element,
        flames,
        span,
        ({ entity }) => {
          const failed = entity.outcome === "fault" || entity.outcome === "error" || entity.outcome === "throttle";
          return colour(failed ? OUTCOME_COLOURS[entity.outcome] : serviceColour(trace.services, entity.service));
        },
        hovered,
      );
    paint();
    const size = new ResizeObserver(paint);
    size.observe(element);
    const theme = new MutationObserver(() => requestAnimationFrame(paint));
    theme.observe(document.body, { attributeFilter: ["class"] });
    return () => {
      size.disconnect();
      theme.disconnect();
    };
  }, [canvas, flames, span, trace, hovered]);
}

function draw(
  element: HTMLCanvasElement,
  flames: readonly Flame[],
  span: Span,
  colourOf: (flame: Flame) => string,
  hovered: Flame | undefined,
): void {
  const context = element.getContext("2d");
  if (!context) return;
  const { width, height } = element.getBoundingClientRect();
  element.width = width * devicePixelRatio;
  element.height = height * devicePixelRatio;
  context.scale(devicePixelRatio, devicePixelRatio);
  context.font = `12px ${getComputedStyle(element).fontFamily}`;
  context.textBaseline = "middle";
  const scale = width / (span.to - span.from);
  for (const flame of flames) {
    const left = Math.max((flame.start - span.from) * scale, 0);
    const right = Math.min((flame.end - span.from) * scale, width);
    if (right < 0 || left > width) continue;
    const size = Math.max(right - left - 1, 0.5);
    context.fillStyle = colourOf(flame);
    context.globalAlpha = hovered && hovered !== flame ? 0.55 : 1;
    context.fillRect(left, flame.lane * LANE, size, LANE - 2);
    if (size > 30) write(context, flame.entity.name, left + 5, flame.lane * LANE + LANE / 2 - 0.5, size - 10);
  }
}

function write(context: CanvasRenderingContext2D, text: string, x: number, y: number, room: number): void {
  context.globalAlpha = 1;
  context.fillStyle = inkOn(String(context.fillStyle));
  const fits = Math.floor((room / Math.max(context.measureText(text).width, 1)) * text.length);
  context.fillText(fits >= text.length ? text : `${text.slice(0, Math.max(fits - 1, 0))}…`, x, y);
}

/** Black or white, whichever can be read on a colour. A canvas writes colours as #rrggbb. */
function inkOn(colour: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue > 150 ? "#000" : "#fff";
}

/** A canvas knows no custom properties: each is asked of the element once. */
function colourReader(element: HTMLElement): (token: string) => string {
  const known = new Map<string, string>();
  const style = getComputedStyle(element);
  return (token) => {
    const found = known.get(token) ?? readToken(style, token);
    known.set(token, found);
    return found;
  };
}

function readToken(style: CSSStyleDeclaration, token: string): string {
  const [, name = "", fallback = ""] = /^var\((--[\w-]+), ?(.*)\)$/.exec(token) ?? [];
  return style.getPropertyValue(name).trim() || fallback;
}
