-- The same as search_traces, only of traces that have a row which passes a first test: the test reads an index or a
-- column or two, and the traces that it leaves are looked at whole.
SELECT
    trace_id,
    if(max(NOT floating), minIf(trace_ts, NOT floating), min(trace_ts)) AS first,
    min(floating) AS floats,
    /*{matched}*/ AS matched
FROM segments
WHERE account = {account:String} AND region = {region:String} AND /*{window}*/
    AND /*{key}*/ IN (
        SELECT /*{key}*/
        FROM segments
        WHERE account = {account:String} AND region = {region:String} AND /*{row_window}*/
            AND /*{sampled}*/ AND (/*{rows}*/)
    )
GROUP BY trace_id
HAVING toUInt32(first) >= {low:UInt32}
    AND (toUInt32(first), trace_id) < ({before_second:UInt32}, toFixedString(unhex({before_id:String}), 16))
    AND /*{seen}*/ AND (/*{filter}*/)
ORDER BY first DESC, trace_id DESC
LIMIT {most:UInt32}
