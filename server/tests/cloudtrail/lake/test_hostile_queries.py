"""Hostile queries: whatever text comes, it is refused, or it is one SELECT over the caller's own stores."""
# ruff: noqa: S608  # these queries are what is tested

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skylens.cloudtrail.lake.event_data_stores import EventDataStore, Session
from skylens.cloudtrail.lake.invalid import InvalidQuery, UnknownStore
from skylens.cloudtrail.lake.scope import Relation
from skylens.cloudtrail.lake.select import compile_query
from skylens.cloudtrail.lake.statement import parse
from skylens.cloudtrail.lake.store_names import named_stores
from skylens.cloudtrail.lake.stored_events import Rows, relation
from skylens.cloudtrail.selector.selectors import parse_advanced
from skylens.sql import Param, Sql

OWN = "8b2f6c1e-0000-4000-8000-0a1b2c3d4e5f"
NOW = datetime(2026, 7, 1, tzinfo=UTC)
_MANAGEMENT = {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}
STORE = EventDataStore(OWN, "me", "us-east-1", "lake", NOW, NOW, parse_advanced([_MANAGEMENT], "event data store"))
REFUSED = [
    "SELECT * FROM system.tables",
    "SELECT * FROM api_events",
    "SELECT * FROM default.api_events",
    "SELECT * FROM file('/etc/passwd', 'CSV', 'x String')",
    "SELECT * FROM url('http://127.0.0.1:8000/', 'CSV', 'x String')",
    "SELECT * FROM s3('http://x/y', 'CSV')",
    "SELECT * FROM remote('127.0.0.1', system.one)",
    "SELECT * FROM TABLE(file('/etc/passwd'))",
    "SELECT * FROM numbers(10)",
    "SELECT * FROM {s} JOIN system.tables ON true",
    "SELECT * FROM {s}, system.tables",
    "SELECT * FROM {s} WHERE eventname IN (SELECT name FROM system.tables)",
    "SELECT (SELECT count(*) FROM system.tables) FROM {s}",
    "WITH x AS (SELECT * FROM system.tables) SELECT * FROM x",
    "WITH RECURSIVE x AS (SELECT 1 FROM {s} UNION ALL SELECT * FROM x) SELECT * FROM x",
    "SELECT 1 FROM {s}; DROP TABLE api_events",
    "SELECT 1 FROM {s}; SELECT 1 FROM {s}",
    "DROP TABLE api_events",
    "INSERT INTO api_events SELECT * FROM {s}",
    "DELETE FROM {s}",
    "UPDATE {s} SET eventname = 'x'",
    "CREATE TABLE x AS SELECT * FROM {s}",
    "ALTER TABLE api_events DELETE WHERE true",
    "EXPLAIN SELECT * FROM {s}",
    "SHOW TABLES",
    "DESCRIBE {s}",
    "SET readonly = 0",
    "KILL QUERY WHERE true",
    "SELECT * FROM {s} SETTINGS readonly = 0",
    "SELECT * FROM {s} FORMAT CSV",
    "SELECT * FROM {s} INTO OUTFILE '/tmp/x'",
    "SELECT * INTO x FROM {s}",
    "SELECT * FROM {s} FOR UPDATE",
    "SELECT file('/etc/passwd') FROM {s}",
    "SELECT url('http://x') FROM {s}",
    "SELECT getSetting('readonly'), currentUser() FROM {s}",
    "SELECT current_user FROM {s}",
    "SELECT sleep(3) FROM {s}",
    "SELECT dictGet('d', 'a', 1) FROM {s}",
    "SELECT sumIf(1, true) FROM {s}",
    "SELECT system.version() FROM {s}",
    "SELECT record FROM {s}",
    "SELECT account, keys FROM {s}",
    "SELECT t1.e_eventname FROM {s}",
    "SELECT api_events.record FROM {s}",
    "SELECT * EXCEPT (eventname) FROM {s}",
    "SELECT COLUMNS('.*') FROM {s}",
    "SELECT {{p0:String}} FROM {s}",
    "SELECT ? FROM {s}",
    "SELECT @@version FROM {s}",
    "SELECT * FROM {s} PREWHERE true",
    "SELECT * FROM {s} ARRAY JOIN resources",
    "SELECT * FROM LATERAL (SELECT 1 FROM {s})",
    "SELECT x FROM (VALUES (1)) AS t(x)",
    "SELECT * FROM UNNEST(ARRAY[1,2])",
    "SELECT * FROM {s} MATCH_RECOGNIZE (PATTERN (a))",
    "SELECT a.eventname FROM {s} AS a WHERE EXISTS (SELECT 1 FROM {s} AS b WHERE b.eventid = a.eventid)",
    "SELECT * FROM {s}::varchar",
    "SELECT '' FROM {s} UNION SELECT * FROM system.one",
]  # fmt: skip


def own_store(name: str) -> Relation:
    """The caller has one store; every other name is nobody's."""
    if name.rpartition("/")[2].lower() != OWN:
        raise UnknownStore(name)
    return relation(STORE, [Session(0, None, True, STORE.selectors)], NOW, Rows())


def filled_store(name: str) -> Relation:
    """The caller's store, into which events were imported."""
    own_store(name)
    return relation(STORE, [Session(0, None, True, STORE.selectors)], NOW, Rows(has_imports=True))


def compiled(text: str) -> Sql:
    return compile_query(parse(text), NOW, own_store).sql


@pytest.mark.parametrize("text", REFUSED)
def test_a_hostile_query_is_refused(text):
    with pytest.raises((InvalidQuery, UnknownStore)):
        compiled(text.format(s=OWN))


@pytest.mark.parametrize(
    "text",
    [
        "(" * 3000,
        "SELECT " + "(" * 2000 + "1" + ")" * 2000 + " FROM {s}",
        "SELECT " + "NOT " * 2400 + "true FROM {s}",
        "SELECT " + "- " * 4800 + "1 FROM {s}",
        "SELECT " + "1 + " * 2400 + "1 FROM {s}",
        "SELECT " + "CASE WHEN true THEN " * 450 + "1 FROM {s}",
        "SELECT eventname" + "['x']" * 1900 + " FROM {s}",
        "SELECT " + "element_at(" * 55 + "requestparameters" + ",'x')" * 55 + " FROM {s}",
        "SELECT " + "split_part(" * 40 + "eventname" + ",',',1)" * 40 + " FROM {s}",
        "SELECT * FROM " + "(SELECT * FROM " * 50 + "{s}" + ") AS a" * 50,
        "WITH a AS (SELECT x.eventid FROM {s} x, {s} y), " + ", ".join(f"{b} AS (SELECT x.eventid FROM {a} x, {a} y)" for a, b in zip("abcdefghij", "bcdefghijk", strict=True)) + " SELECT * FROM k",
        "SELECT " + "a." * 4000 + "b FROM {s}",
        "SELECT 1 FROM {s} " + "UNION ALL SELECT 1 FROM {s} " * 150,
    ],
)  # fmt: skip
def test_a_huge_query_is_refused_or_small_enough_in_little_time(text):
    try:
        sql = compiled(text.format(s=OWN))
    except InvalidQuery:
        return
    assert len(sql.text) <= 250_000


@pytest.mark.parametrize("text", ["SELECT * FROM {s} FINAL", "TABLE {s}", "SELECT /*+ BROADCAST(x) */ 1 FROM {s}"])
def test_words_of_other_dialects_are_aliases_or_comments_and_reach_nothing(text):
    check_sql(compiled(text.format(s=OWN)))


def test_comments_and_texts_hide_no_store_and_show_none():
    other = "11111111-0000-4000-8000-0a1b2c3d4e5f"
    text = f"SELECT '{other}' /* {other} */ FROM {OWN} -- {other}"
    assert named_stores(text) == (OWN,)
    assert Param("String", other) in compiled(text).params
    with pytest.raises(UnknownStore):
        compiled(f"SELECT a.eventid FROM {OWN} a JOIN {other} b ON a.eventid = b.eventid")


# Everything that a compiled query may consist of beside numbers, texts of ours and made-up names.
_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_TEXT = re.compile(r"'[^']*'")
_MARK = "zq"


def check_sql(sql: Sql) -> None:
    outside = _TEXT.sub("", sql.text)
    tables = re.findall(r"\b(?:FROM|JOIN)\s+(\(|\w+)", outside)
    assert set(tables) <= {"(", "api_events", "lake_events"}
    assert outside.count("api_events") == sql.params.count(Param("String", "me"))
    assert outside.count("lake_events WHERE store = ?") == outside.count("lake_events")
    assert ";" not in outside
    assert "--" not in outside
    assert not {
        word
        for word in _WORD.findall(outside.lower())
        if _MARK in word or word in {"system", "url", "file", "settings", "format"}
    }


PIECES = st.sampled_from(
    [
        "SELECT", "FROM", "WHERE", "GROUP BY", "ORDER BY", "LIMIT 3", "UNION ALL", "JOIN", "CROSS JOIN", "ON", "AS", "AND", "NOT", "(", ")", ",", ".",
        "*", "=", "'", '"', "`", ";", "--", "/*", "*/", "?", "{", "}", "\\", "||", "->", "::", "[1]", "1", "'x'", "NULL", "zq", "zq.zq", "eventname", "useridentity.arn",
        "requestparameters", "resources", "count(*)", "max(", "element_at(", "file(", "url(", "IN (", "CASE WHEN", "THEN", "END", "system.tables", "api_events", OWN, f'"{OWN}"',
        "UNNEST(resources) AS t(r)", "WITH zq AS (", "SETTINGS zq = 1", "FORMAT zq", "INTO OUTFILE", "DISTINCT", "OVER ()", "HAVING", "is null", "like 'zq%'", "x -> x",
    ]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.lists(PIECES, max_size=25).map(" ".join), st.text(max_size=60)))
def test_whatever_comes_is_refused_or_reads_the_callers_stores_only(text):
    try:
        sql = compiled(text)
    except (InvalidQuery, UnknownStore):
        return
    check_sql(sql)


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=25).map(" ".join))
def test_whatever_comes_reads_no_more_of_stores_that_were_filled_from_outside(text):
    try:
        sql = compile_query(parse(text), NOW, filled_store).sql
    except (InvalidQuery, UnknownStore):
        return
    check_sql(sql)


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12).map(
    lambda name: '"zq' + name.replace('"', '""') + '"'
)
LITERALS = st.text(max_size=20).map(lambda text: "'zq" + text.replace("'", "''") + "'")


@settings(max_examples=200, deadline=None)
@given(NAMES, NAMES, LITERALS, LITERALS)
def test_no_name_and_no_text_of_a_caller_is_in_the_sql(name, table, literal, other):
    text = (
        f"WITH {table} AS (SELECT eventname AS {name} FROM {OWN} WHERE eventname = {literal}) "
        f"SELECT {name} AS {table}, element_at(x.requestparameters, {other}) FROM {table} CROSS JOIN {OWN} AS x WHERE {name} LIKE 'a' ORDER BY {table}"
    )
    try:
        sql = compiled(text)
    except InvalidQuery:
        return
    assert _MARK not in sql.text
    check_sql(sql)
