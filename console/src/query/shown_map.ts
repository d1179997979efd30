/** The map that a view shows: of everything or of a group, or of the traces that match a filter expression. */

import type { CallText } from "../model/copy_as";
import { both } from "../model/filter_text";
import type { ServiceMap } from "../model/service_map";
import type { TimeWindow } from "../model/time_range";
import { type Matching, useMatchingMap } from "./matching_map";
import { useServiceMap } from "./service_graph";

export interface Shown {
  readonly map: ServiceMap | undefined;
  /** The traces that it was drawn from, where there is a filter. */
  readonly matching: Matching | undefined;
  readonly error: Error | null;
  readonly isPending: boolean;
  readonly isFetching: boolean;
  readonly refetch: () => unknown;
  readonly calls: readonly CallText[];
}

export interface Asked {
  readonly group: string;
  readonly groupExpression: string;
  readonly filter: string;
}

/** Nothing is asked for where there is no window. */
export function useShownMap(window: TimeWindow | undefined, { group, groupExpression, filter }: Asked): Shown {
  const whole = useServiceMap(filter ? undefined : window, group);
  const matching = useMatchingMap(window, filter && both(groupExpression, filter));
  return filter ? matching : { ...whole, matching: undefined, calls: whole.call ? [whole.call] : [] };
}
