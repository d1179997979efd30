"""Columns: what the event table keeps of a record is what the record says, and a repeated event is there once."""
# ruff: noqa: S608  # these queries are what is tested

import json
import re
from dataclasses import replace

import pytest
from cloudtrail.events_of_tests import an_event_id
from cloudtrail.lake.lake_of_tests import an_event
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skylens.cloudtrail.event_store import TABLE, columns_of
from skylens.cloudtrail.lake import functions
from skylens.cloudtrail.lake.columns import EVENT_COLUMNS, IMPORTED_COLUMNS, text_of
from skylens.cloudtrail.lake.kinds import VARCHAR
from skylens.cloudtrail.lake.value import Value, text
from skylens.sql import Sql

WORDS = st.one_of(st.text(max_size=6), st.sampled_from(["", "null", 'q"\\', "é", "\0"]))
VALUES = st.one_of(st.none(), WORDS, st.integers(-(2**40), 2**40), st.booleans(), st.lists(WORDS, max_size=2))
SUBJECTS = st.one_of(
    st.none(),
    WORDS,
    st.fixed_dictionaries({}, optional=dict.fromkeys(("type", "arn", "userName", "invokedBy", "extra"), VALUES)),
)


@st.composite
def records(draw):
    """Records in which anything may be missing, null, or something else than it should be."""
    issuer = draw(SUBJECTS)
    session = draw(st.one_of(st.none(), st.just({"sessionIssuer": issuer, "attributes": {"mfaAuthenticated": "true"}})))
    identity = draw(SUBJECTS)
    if isinstance(identity, dict) and draw(st.booleans()):
        identity["sessionContext"] = session
    names = ("sourceIPAddress", "userAgent", "errorMessage", "apiVersion", "sharedEventID", "eventType", "resources")
    ids = st.one_of(VALUES, st.sampled_from(["=", ":", f"={OWN_ID}", OWN_ID, OWN_ID.upper()]))
    fields = draw(st.fixed_dictionaries({}, optional=dict.fromkeys(names, VALUES) | {"requestID": ids}))
    maps = {name: draw(SUBJECTS) for name in ("requestParameters", "responseElements", "tlsDetails")}
    rare = draw(st.fixed_dictionaries({}, optional={key: st.one_of(VALUES, SUBJECTS) for key in RARE}))
    return {"userIdentity": identity, **fields, **maps, **rare}


RARE = (
    "annotation", "vpcEndpointAccountId", "serviceEventDetails", "addendum", "edgeDeviceDetails", "insightDetails",
    "sessionCredentialFromConsole",
)  # fmt: skip
OWN_ID = an_event_id(1)  # of the first record of a test; of the others it is somebody else's


def wanted(column: str, path: tuple[str, ...]) -> str:
    """How the record itself is asked for what a column's name, or a path below it, means."""
    keys = ", ".join(f"'{key}'" for key in (KEYS[column], *path))
    return f"JSONExtract(record, {keys}, 'Nullable(String)')"


KEYS = {
    "eventversion": "eventVersion",
    "sourceipaddress": "sourceIPAddress",
    "useragent": "userAgent",
    "errormessage": "errorMessage",
    "apiversion": "apiVersion",
    "sharedeventid": "sharedEventID",
    "eventtype": "eventType",
    "vpcendpointid": "vpcEndpointId",
    "useridentity": "userIdentity",
    "tlsdetails": "tlsDetails",
}
OF_TEXTS = {
    "requestid": "requestID",
    **{key.lower(): key for key in RARE if "Details" not in key and key != "addendum"},
}
KEPT = [
    (column.expression, wanted(column.name, ()))
    for column in EVENT_COLUMNS
    if column.expression.startswith("facts.") and not column.parts
] + [
    (part.expression, wanted(column.name, tuple(part.expression.split(".")[2:])))
    for column in EVENT_COLUMNS
    for part in column.parts
    if part.expression.startswith("facts.")
]
IDENTITY = next(column for column in EVENT_COLUMNS if column.name == "useridentity")
OBJECTS = ("requestParameters", "responseElements", "userIdentity", "tlsDetails", "addendum", *RARE[2:6])
RAW = {key.lower(): key for key in OBJECTS}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.lists(records(), min_size=1, max_size=8))
def test_what_is_kept_beside_a_record_is_what_the_record_says(store, found):
    store.delete(TABLE, Sql("true"))
    events = [an_event(number, record=record) for number, record in enumerate(found, 1)]
    store.insert(TABLE, columns_of(events, list(range(1, len(events) + 1))))
    asked = [f"countIf({one} IS DISTINCT FROM {other})" for one, other in KEPT]
    for column in EVENT_COLUMNS:
        if column.name in RAW:
            raw = f"nullIf(nullIf(JSONExtractRaw(record, '{RAW[column.name]}'), ''), 'null')"
            asked.append(f"countIf({column.expression} IS DISTINCT FROM {raw})")
        if column.name in OF_TEXTS:
            asked.append(f"countIf({column.expression} IS DISTINCT FROM {text_of('record', OF_TEXTS[column.name])})")
        if column.name == "resources":
            asked.append(f"countIf({column.expression} != JSONExtractArrayRaw(record, 'resources'))")
    [differences] = store.read(Sql(f"SELECT {', '.join(asked)} FROM api_events"))
    assert len(asked) == 28 + 10
    assert dict(zip(asked, differences, strict=True)) == dict.fromkeys(asked, 0)


def test_only_the_record_itself_is_read_for_what_stands_in_it_alone():
    reading = [column.name for column in EVENT_COLUMNS if re.search(r"\brecord\b", column.expression)]
    assert reading == ["eventjson", "eventjsonchecksum"]
    imported = [column.name for column in IMPORTED_COLUMNS if re.search(r"\brecord\b", column.expression)]
    assert imported == reading


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.one_of(VALUES, SUBJECTS, st.floats(allow_nan=False)), min_size=1, max_size=8))
def test_a_path_into_a_record_gives_texts_and_numbers_as_they_are_and_nothing_of_objects(store, values):
    store.delete(TABLE, Sql("true"))
    events = [an_event(number, record={"x": {"y": value}}) for number, value in enumerate(values, 1)]
    store.insert(TABLE, columns_of(events, list(range(1, len(events) + 1))))
    scalar = functions.json_scalar(Value(Sql("record"), VARCHAR), [text("x"), text("y")]).sql
    wanted = (
        "if(JSONType(record, 'x', 'y') IN ('Object', 'Array'), NULL, JSONExtract(record, 'x', 'y', 'Nullable(String)'))"
    )
    differences = Sql(f"SELECT record FROM api_events WHERE {scalar.text} IS DISTINCT FROM {wanted}", scalar.params)
    assert store.read(differences) == []


def test_what_few_identities_have_is_found(lake):
    whole = {
        "identityProvider": "idp",
        "sessionContext": {
            "webIdFederationData": {"federatedProvider": "fed"},
            "ec2RoleDelivery": "2.0",
            "ec2IssuedInVpc": "vpc",
            "attributes": {"creationDate": "2026-07-01T11:00:00Z"},
        },
        "onBehalfOf": {"userId": "u", "identityStoreArn": "store"},
        "inScopeOf": {"sourceArn": "a", "sourceAccount": "1", "issuerType": "t", "credentialsIssuedTo": "c"},
    }
    id_ = lake.new_store()
    lake.put([an_event(1, record={"userIdentity": whole, "requestID": "other"})])
    names = [".".join(part.path) for part in IDENTITY.parts if not part.expression.startswith("facts.")]
    paths = ", ".join(f"userIdentity.{name}" for name in [*names, "inScopeOf.credentiaisissuedto"])
    [cells] = lake.cells(f"SELECT requestId, {paths} FROM {id_}")
    assert cells == [
        "other",
        "idp",
        "fed",
        "2.0",
        "vpc",
        "u",
        "store",
        "a",
        "1",
        "t",
        "c",
        "2026-07-01 11:00:00.000",
        "c",
    ]


def test_a_member_that_is_named_with_an_escape_is_found(store):
    record = '{"eventVersion":"1.11","\\u0061ddendum":{"reason":"DELIVERY_DELAY"}}'
    event = replace(an_event(1), record=record)
    store.insert(TABLE, columns_of([event], [1]))
    addendum = next(column.expression for column in EVENT_COLUMNS if column.name == "addendum")
    assert store.read(Sql(f"SELECT {addendum} FROM api_events")) == [('{"reason":"DELIVERY_DELAY"}',)]


def test_a_path_is_read_from_its_own_column_wherever_the_store_stands_in_a_query(shop):
    for query in (
        "SELECT max(useridentity.ARN) FROM {s}",
        "SELECT max(x.userIdentity.arn) FROM {s} AS x",
        "SELECT max(x.userIdentity.arn) FROM {s} AS x JOIN {s} AS y ON x.eventid = y.eventid",
        "SELECT max(useridentity.arn) FROM {s} CROSS JOIN UNNEST(resources) AS t(r)",
        "SELECT max(a.useridentity.arn) FROM (SELECT * FROM {s}) AS a",
        "WITH a AS (SELECT useridentity AS u FROM {s}) SELECT max(u.arn) FROM a",
        "SELECT max(useridentity.arn) FROM {s} GROUP BY useridentity.arn",
    ):
        assert shop.cells(query.format(s=shop.id)) == [["arn:aws:iam::000000000000:user/erin"]]


def put(lake, numbers, *, tried, seconds=1.0):
    """Store events of these numbers as if they had been tried before, or not."""
    events = [an_event(number) for number in numbers]
    first = int((lake.clock.now().timestamp() + seconds) * 1_000_000)
    lake.store.insert(TABLE, columns_of(events, list(range(first, first + len(events))), tried=len(events) * tried))


@pytest.mark.parametrize("times", [1, 2])
def test_an_event_that_was_stored_again_is_there_once(shop, times):
    for _ in range(times):
        put(shop, [3, 4, 99], tried=True)
    assert shop.cells(f"SELECT count(*), count(DISTINCT eventid) FROM {shop.id}") == [["7", "7"]]
    ids = f"SELECT eventid FROM {shop.id} WHERE eventid > '{an_event_id(3)}' ORDER BY eventid"
    assert shop.cells(ids) == [[an_event_id(number)] for number in (4, 5, 6, 99)]
    joined = f"SELECT count(*) FROM {shop.id} AS a JOIN {shop.id} AS b ON a.eventid = b.eventid"
    assert shop.cells(joined) == [["7"]]


def test_an_event_whose_earlier_row_the_store_does_not_hold_is_there(lake):
    put(lake, [1, 2], tried=False, seconds=-60)
    store = lake.new_store()
    put(lake, [1, 3], tried=True)
    assert lake.cells(f"SELECT eventid FROM {store} ORDER BY 1") == [[an_event_id(1)], [an_event_id(3)]]


def test_records_of_other_accounts_that_repeat_change_nothing(lake):
    store = lake.new_store()
    put(lake, [1], tried=False)
    other = an_event(1, account="111111111111", record=json.loads("{}"))
    lake.store.insert(TABLE, columns_of([other], [2**60], tried=1))
    assert lake.cells(f"SELECT count(*) FROM {store}") == [["1"]]
