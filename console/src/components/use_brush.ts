/** A brush over a row of buckets: a stretch is chosen by dragging, or with the arrow keys, Shift and Enter. */

import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";

/** Indices of buckets, both inclusive: where the stretch began, and where it is now; in either direction. */
interface Stretch {
  readonly anchor: number;
  readonly head: number;
}

interface BrushActions {
  /** A stretch was chosen: indices of buckets, both inclusive. */
  readonly onTake: (first: number, last: number) => void;
  /** Escape was pressed where nothing is being chosen. */
  readonly onClear?: () => void;
}

export function useBrush(buckets: number, { onTake, onClear }: BrushActions) {
  const [stretch, setStretch] = useState<Stretch | null>(null);
  const drags = useRef(false);
  const range = stretch && ([Math.min(stretch.anchor, stretch.head), Math.max(stretch.anchor, stretch.head)] as const);
  const leave = () => {
    drags.current = false;
    setStretch(null);
  };
  const take = () => {
    leave();
    if (range) onTake(...range);
  };
  const indexAt = (event: PointerEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return clamp(Math.floor(((event.clientX - left) / width) * buckets), buckets);
  };
  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      drags.current = true;
      event.currentTarget.setPointerCapture(event.pointerId);
      setStretch({ anchor: indexAt(event), head: indexAt(event) });
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (drags.current && stretch) setStretch({ anchor: stretch.anchor, head: indexAt(event) });
    },
    onPointerUp: take,
    onPointerCancel: leave,
    onKeyDown: (event: KeyboardEvent) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step !== undefined) setStretch(stepped(stretch, step, event.shiftKey, buckets));
      else if (event.key === "Enter" && stretch) take();
      else if (event.key === "Escape" && stretch) leave();
      else if (event.key === "Escape" && onClear) onClear();
      else return;
      event.preventDefault();
    },
  };
  return { range, head: stretch?.head ?? 0, indexAt, handlers };
}

function stepped(stretch: Stretch | null, step: number, extends_: boolean, buckets: number): Stretch {
  const head = stretch ? clamp(stretch.head + step, buckets) : step > 0 ? 0 : buckets - 1;
  return { anchor: extends_ && stretch ? stretch.anchor : head, head };
}

function clamp(index: number, buckets: number): number {
  return Math.min(Math.max(index, 0), buckets - 1);
}
