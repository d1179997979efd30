"""Sources: everything whose calls are looked at now, by what trails and event data stores want."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, cast

from skylens.cloudtrail import trails
from skylens.cloudtrail.insights import store_insights
from skylens.cloudtrail.insights.source import Source
from skylens.cloudtrail.lake import event_data_stores
from skylens.cloudtrail.lake.stored_events import wanted_by
from skylens.cloudtrail.wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from skylens.cloudtrail.insights.calls import InsightType
    from skylens.cloudtrail.insights.store_insights import StoreInsights
    from skylens.cloudtrail.lake.event_data_stores import EventDataStore
    from skylens.cloudtrail.selector.insight import InsightSelector
    from skylens.cloudtrail.trails import Trail


def sources(connection: Connection) -> list[Source]:
    """Return the sources of all accounts. Trails that do not log and stores that take nothing in have none."""
    logging = [trail for trail in trails.all_trails(connection) if trail.is_logging]
    stores = {store.id: store for store in event_data_stores.all_stores(connection)}
    return [*_of_accounts(logging), *_of_data(logging), *_of_stores(stores, store_insights.every(connection))]


def of_data(trail: Trail) -> Source:
    """Return the source of a trail's data events."""
    return Source(
        id=f"trail/{trail.id}",
        account=trail.account,
        category="Data",
        types=_types(trail.insights, "Data"),
        regions=frozenset(trail.regions),
        wanted=wanted_by(trail.selectors.as_advanced()),
        arn=trail.arn,
    )


def _of_accounts(logging: Iterable[Trail]) -> Iterator[Source]:
    wanting: dict[str, list[Trail]] = defaultdict(list)
    for trail in logging:
        if _types(trail.insights, "Management"):
            wanting[trail.account].append(trail)
    for account, together in wanting.items():
        regions = [Wanted(trail).regions for trail in together]
        yield Source(
            id=f"account/{account}",
            account=account,
            category="Management",
            types=frozenset().union(*(_types(trail.insights, "Management") for trail in together)),
            regions=frozenset().union(*regions) if all(regions) else frozenset(),
        )


def _of_data(logging: Iterable[Trail]) -> Iterator[Source]:
    for trail in logging:
        source = of_data(trail)
        if source.types:
            yield source


def _of_stores(stores: dict[str, EventDataStore], wanting: Iterable[StoreInsights]) -> Iterator[Source]:
    for wanted in wanting:
        store, destination = stores.get(wanted.store), stores.get(wanted.destination)
        if store is None or destination is None or {store.status, destination.status} != {"ENABLED"}:
            continue
        yield Source(
            id=f"store/{store.id}",
            account=store.account,
            category="Management",
            types=_types(wanted.selectors, "Management"),
            regions=frozenset() if store.is_multi_region else frozenset({store.region}),
            wanted=wanted_by(store.selectors),
            arn=store.arn,
            destination=destination.id,
        )


def _types(selectors: Sequence[InsightSelector], category: str) -> frozenset[InsightType]:
    return frozenset(cast("InsightType", s.type) for s in selectors if category in s.categories)
