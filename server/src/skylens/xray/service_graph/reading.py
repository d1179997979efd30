"""Reading: the graph of any window, from counted minutes where they are still true and from the segments where not."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

from skylens.sql import TRUE, Param, Sql
from skylens.store.queries import query
from skylens.xray.service_graph import live, minutes
from skylens.xray.service_graph.admission import admission
from skylens.xray.service_graph.graph import Graph
from skylens.xray.service_graph.live import Graphs, Pace
from skylens.xray.service_graph.membership import Membership
from skylens.xray.service_graph.minutes import Counted
from skylens.xray.service_graph.slices import MINUTE, Buckets, Slice, joined
from skylens.xray.service_graph.source import Source
from skylens.xray.service_graph.together import together


class Present(NamedTuple):
    """How many segments a minute has, and how many of them arrived since the group exists."""

    segments: int
    since: int


_NOTHING: Final = Present(0, 0)


def read(source: Source, window: Slice, buckets: Buckets, only: Sql = TRUE) -> Graphs:
    """Return the graphs of the window, by bucket. Buckets begin and end at whole minutes, or one holds the whole window.

    ``only`` is a condition on rows of graph_minutes: those for which it does not hold may be missing.
    """
    whole = Slice(-(-window.start // MINUTE) * MINUTE, window.end // MINUTE * MINUTE)
    if whole.start >= whole.end:
        return live_graphs(source, [window], buckets)
    known, found = together(partial(minutes.counted, source, whole), partial(present, source, whole))
    fresh = fresh_minutes(known, found)
    stale = sorted(minute for minute in found.keys() - set(fresh) if found[minute].since)
    ragged = [Slice(window.start, whole.start), Slice(whole.end, window.end)]
    slices = [*joined(stale), *(piece for piece in ragged if piece.start < piece.end)]
    graphs, uncounted = together(
        partial(minutes.read, source, fresh, buckets, only), partial(live_graphs, source, slices, buckets)
    )
    for bucket, graph in uncounted.items():
        graphs[bucket].merge(graph)
    return graphs


def present(source: Source, window: Slice) -> dict[int, Present]:
    """Return the minutes that have segments at all."""
    since = source.membership.since_ms
    arrived = Sql("countIf(received_at >= fromUnixTimestamp64Milli(?))", (Param("Int64", since),))
    filled = query("skylens.xray", "graph_segment_counts").fill(
        {"since": arrived if since else Sql("count()")},
        account=source.caller.account,
        region=source.caller.region,
        start=window.start,
        end=window.end,
    )
    return {minute: Present(segments, later) for minute, segments, later in source.store.read(filled)}


def fresh_minutes(known: Mapping[int, Counted], found: Mapping[int, Present]) -> list[int]:
    """Return the minutes that were counted from as many segments as they have now: segments are only ever added."""
    return sorted(m for m, counted in known.items() if counted.segments == found.get(m, _NOTHING).segments)


def live_graphs(source: Source, slices: Sequence[Slice], buckets: Buckets, pace: Pace | None = None) -> Graphs:
    """Return the graphs of the slices, counted from the segments with the expression in force when each minute ended."""
    membership = source.membership
    graphs: Graphs = defaultdict(lambda: Graph(source.caller.account))
    for expression, pieces in _by_expression(membership, slices).items():
        chosen = admission(expression, membership.since_ms, source.caller.account)
        counted = live.count(source, pieces, chosen, buckets, pace)
        for bucket, graph in counted.items():
            graphs[bucket].merge(graph)
    return graphs


def _by_expression(membership: Membership, slices: Sequence[Slice]) -> dict[str, list[Slice]]:
    """Divide the slices where the expression changes, which is at the end of a minute."""
    if len(membership.filters) < 2:  # noqa: PLR2004  # nothing ever changed
        return {membership.in_force(0): list(slices)} if slices else {}
    divided: dict[str, list[Slice]] = {}
    for piece in slices:
        for minute in range(piece.start // MINUTE * MINUTE, piece.end, MINUTE):
            part = Slice(max(piece.start, minute), min(piece.end, minute + MINUTE))
            parts = divided.setdefault(membership.in_force(minute + MINUTE), [])
            if parts and parts[-1].end == part.start:
                part = Slice(parts.pop().start, part.end)
            parts.append(part)
    return divided
