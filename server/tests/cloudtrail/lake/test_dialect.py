"""The dialect: what users paste works, and gives the right rows."""
# ruff: noqa: S608  # these queries are what is tested

import pytest

NOON = "2026-07-01 12:00:00.000"


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        (
            ("SELECT eventName, count(*) AS n FROM {s} WHERE eventTime > '2026-06-13 00:00:00' AND readOnly = false "
            "GROUP BY eventName ORDER BY n DESC, 1 LIMIT 20;"),
            [["N0", "1"], ["N1", "1"], ["N2", "1"]],
        ),
        (
            ("SELECT userIdentity.arn, element_at(requestParameters,'roleArn') AS role, eventTime FROM {s} "
            "WHERE eventSource='xray.amazonaws.com' AND errorCode IS NULL ORDER BY eventTime DESC, eventid LIMIT 1"),
            [["arn:aws:iam::000000000000:user/erin", "arn:r", NOON]],
        ),
        (
            ("SELECT a.eventName, b.eventName FROM {s} AS a LEFT JOIN {s} AS b ON a.eventID = b.sharedEventID "
            "WHERE a.eventTime <= '2026-11-20' ORDER BY a.eventid LIMIT 1"),
            [["N1", ""]],
        ),
        (
            ("SELECT t.arn, count(*) FROM {s} CROSS JOIN UNNEST(resources) AS t(accountid, type, arn, arnprefix) "
            "GROUP BY 1 ORDER BY 1"),
            [["arn:r", "6"], ["", "6"]],
        ),
        ("SELECT t.r.type, count(*) FROM {s} CROSS JOIN UNNEST(resources) AS t(r) GROUP BY 1 ORDER BY 1", [["AWS::IAM::Role", "6"], ["AWS::XRay::Trace", "6"]]),
        ("SELECT resources[1].arn, resources[2].type, element_at(resources, 9).type, cardinality(resources) FROM {s} LIMIT 1", [["arn:r", "AWS::XRay::Trace", "", "2"]]),
        ("SELECT EVENTNAME FROM {s} WHERE EventId = '00000000-0000-0000-0000-000000000002'", [["N2"]]),
        ("SELECT userIdentity.sessionContext.attributes.creationDate, useridentity.sessioncontext.attributes.mfaauthenticated FROM {s} LIMIT 1", [["2026-07-01 11:00:00.000", "false"]]),
        ("SELECT requestparameters['nested'], element_at(requestparameters, 'none'), requestparameters['nothing'] FROM {s} LIMIT 1", [['{"list":[1,{"z":"q"}]}', "", ""]]),
        ("SELECT json_extract_scalar(element_at(requestparameters, 'nested'), '$.list[1].z'), json_extract(eventjson, '$.requestParameters.nested.list[0]') FROM {s} LIMIT 1", [["q", "1"]]),
        ("WITH x AS (SELECT eventName AS n, count(*) AS c FROM {s} GROUP BY eventName) SELECT n, c + 1, c / 3, c * 1.5 FROM x WHERE c > 1 ORDER BY n LIMIT 1", [["N0", "3", "0", "3.0"]]),
        ("SELECT eventname FROM {s} UNION SELECT userIdentity.type FROM {s} ORDER BY 1 LIMIT 2", [["IAMUser"], ["N0"]]),
        ("SELECT eventname FROM {s} EXCEPT SELECT 'N1' FROM {s} ORDER BY eventname", [["N0"], ["N2"]]),
        ("SELECT eventname FROM {s} INTERSECT SELECT 'N1' FROM {s}", [["N1"]]),
        ("SELECT count(*) FROM (SELECT 1 AS one FROM {s} UNION ALL SELECT 2 FROM {s}) AS u WHERE u.one = 1", [["6"]]),
        ("SELECT count(*) FROM {s} WHERE eventid IN (SELECT max(eventid) FROM {s})", [["1"]]),
        ("SELECT count(*) FROM {s} WHERE eventtime > (SELECT max(eventtime) FROM {s}) - interval '1' hour", [["6"]]),
        ("SELECT date_trunc('hour', eventtime) AS h, count(DISTINCT eventname) FROM {s} GROUP BY date_trunc('hour', eventtime)", [[NOON, "3"]]),
        ("SELECT count(*) FROM {s} WHERE eventtime BETWEEN date_add('day', -7, now()) AND current_timestamp + interval '1' day", [["6"]]),
        ("SELECT count(*) FROM {s} WHERE eventtime >= from_iso8601_timestamp('2026-07-01T14:00:00+02:00') AND eventtime <= timestamp '2026-07-01 12:00:00'", [["6"]]),
        ("SELECT sum(CASE WHEN readonly THEN 1 ELSE 0 END), count(*) FILTER (WHERE readonly), count_if(NOT readonly), avg(length(eventname)) FROM {s}", [["3", "3", "3", "2.0"]]),
        ("SELECT sum(length(errorcode)), min(errorcode), count(errorcode), max(eventtime) FROM {s} WHERE eventname = 'none'", [["", "", "0", ""]]),
        ("SELECT max_by(eventname, eventid), min_by(eventid, eventid), bool_or(readonly), bool_and(readonly), approx_distinct(eventname) FROM {s}", [["N0", "00000000-0000-0000-0000-000000000001", "true", "false", "3"]]),
        ("SELECT any_match(resources, r -> r.type = 'AWS::XRay::Trace'), cardinality(filter(resources, r -> r.arn IS NOT NULL)) FROM {s} LIMIT 1", [["true", "1"]]),
        ("SELECT coalesce(errorcode, 'none'), nullif(eventname, 'N1'), if(readonly, 'r', 'w'), eventname || '-' || awsregion FROM {s} ORDER BY eventid LIMIT 1", [["none", "", "w", "N1-us-east-1"]]),
        ("SELECT cast('7' AS bigint) + 1, try_cast(eventname AS bigint), cast(eventtime AS varchar), date(eventtime), hour(eventtime), day_of_week(eventtime) FROM {s} LIMIT 1", [["8", "", NOON, "2026-07-01", "12", "3"]]),
        ("SELECT date_diff('hour', eventtime, timestamp '2026-07-02 11:59:59'), date_diff('day', eventtime, timestamp '2026-07-02 11:59:59'), to_unixtime(eventtime) FROM {s} LIMIT 1", [["23", "0", "1782907200.0"]]),
        ("SELECT substr(eventname, 2), strpos(eventname, '1'), regexp_like(eventname, '^N[0-9]$'), upper('é'), round(1.257, 2), split_part('a,b', ',', 2), contains(split('a,b', ','), 'b') FROM {s} ORDER BY eventid LIMIT 1", [["1", "2", "true", "É", "1.26", "b", "true"]]),
        ("SELECT map_keys(requestparameters), requestparameters, resources FROM {s} LIMIT 1", [["[groupName, roleArn, nested, none]", '{groupName=checkout, roleArn=arn:r, nested={"list":[1,{"z":"q"}]}, none=null}', "[{accountid=000000000000, type=AWS::IAM::Role, arn=arn:r, arnprefix=null}, {accountid=null, type=AWS::XRay::Trace, arn=null, arnprefix=null}]"]]),
        ("SELECT DISTINCT readonly FROM {s} ORDER BY readonly DESC", [["true"], ["false"]]),
        ("SELECT count(*) FROM {s} WHERE eventname LIKE 'N_' AND NOT eventname LIKE '%\\%' AND eventname LIKE 'N#_' ESCAPE '#'", [["0"]]),
        ("SELECT errorcode IS DISTINCT FROM 'x', errorcode = 'x', eventname BETWEEN 'A' AND 'Z' FROM {s} LIMIT 1", [["true", "", "true"]]),
        ("SELECT x.eventname, y.n FROM {s} x JOIN (SELECT eventname, count(*) AS n FROM {s} GROUP BY 1 HAVING count(*) > 1) y ON x.eventname = y.eventname ORDER BY x.eventid OFFSET 1 LIMIT 1", [["N2", "2"]]),
        ("SELECT b.eventid, b.readonly, b.eventtime FROM {s} a LEFT JOIN (SELECT * FROM {s} WHERE eventid = 'z') b ON a.eventid = b.eventid LIMIT 1", [["", "", ""]]),
    ],
)  # fmt: skip
def test_a_query_gives_the_rows_that_trino_would_give(shop, query, rows):
    assert shop.cells(query.format(s=shop.id)) == rows


def test_columns_are_called_as_they_are_written(shop):
    [row] = shop.ask(
        f"SELECT eventName, userIdentity.arn, count(*) AS n, max(eventTime) FROM {shop.id} GROUP BY 1, 2 LIMIT 1"
    )
    assert [next(iter(cell)) for cell in row] == ["eventName", "arn", "n", "_col3"]


def test_a_star_is_every_column_in_its_order(shop):
    [row] = shop.ask(f"SELECT * FROM {shop.id} LIMIT 1")
    names = [next(iter(cell)) for cell in row]
    assert names[:5] == ["eventversion", "useridentity", "eventtime", "eventsource", "eventname"]
    assert (names[-2:], len(names)) == (["eventjson", "eventjsonchecksum"], 34)


@pytest.mark.parametrize(
    "form", ["{s}", '"{s}"', "arn:aws:cloudtrail:us-east-1:000000000000:eventdatastore/{s}", "{u}"]
)
def test_a_store_is_named_by_id_or_arn(shop, form):
    assert shop.cells(f"SELECT count(*) FROM {form.format(s=shop.id, u=shop.id.upper())}") == [["6"]]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT eventname FROM {s} GROUP BY readonly", "A column stands neither in GROUP BY nor in an aggregate"),
        ("SELECT nothing FROM {s}", "There is no column 'nothing'"),
        ("SELECT useridentity.shoe FROM {s}", "row has no field 'shoe'"),
        ("SELECT count(*) FROM {s} WHERE count(*) > 1", "There is no aggregate in WHERE; HAVING may have some"),
        ("SELECT count(max(eventid)) FROM {s}", "There is an aggregate inside count"),
        ("SELECT eventname + 1 FROM {s}", "varchar cannot be calculated with"),
        ("SELECT 1 FROM {s} WHERE eventtime > 'yesterday'", "'yesterday' is no timestamp; write '2026-07-01 12:00:00'"),
        ("SELECT 1 FROM {s} WHERE eventname = 1", "An expression is bigint, where varchar is needed"),
        ("SELECT eventname FROM {s} WHERE resources = 'x'", "'x' is varchar, where array(row) is needed"),
        ("SELECT eventname FROM {s} a JOIN {s} b ON true", "ambiguous"),
        (
            "SELECT eventname FROM {s} WINDOW w AS (PARTITION BY eventname)",
            "WINDOWS of SELECT cannot be used in a query",
        ),
        ("SELECT row_number() OVER (ORDER BY eventtime) FROM {s}", "WINDOW cannot be used in a query"),
        ("SELECT eventname FROM {s} TABLESAMPLE BERNOULLI (10)", "cannot be used in a query"),
        ("SELECT eventname FROM {s} LIMIT 1 + 1", "LIMIT and OFFSET are followed by a number"),
        ("SELECT eventname FROM {s} ORDER BY 3", "There is no column number 3"),
        ("SELECT eventname FROM {s} WHERE", "The query cannot be read"),
        ("SELECT 1", "A query reads from an event data store"),
        ("", "A query is one statement, not 0"),
    ],
)
def test_what_is_not_of_the_dialect_is_refused_with_the_reason(shop, query, reason):
    message = shop.refusal(query.format(s=shop.id) or " ")
    assert reason in message
