-- Every document of the given traces. The second inside a trace id is where its rows lie in the table's order;
-- trace_locations knows where the others are. One look-up by key either way, whatever the size of the table.
SELECT
    trace_id,
    received_at,
    document,
    trace_id IN (
        SELECT trace_id
        FROM trace_limits
        WHERE account = {account:String} AND region = {region:String}
            AND trace_id IN (SELECT toFixedString(unhex(arrayJoin({trace_ids:Array(String)})), 16))
    ) AS limit_exceeded
FROM segments
WHERE account = {account:String} AND region = {region:String}
    AND (trace_ts, trace_id) IN (
        SELECT
            toDateTime(reinterpretAsUInt32(reverse(substring(unhex(hex_id), 1, 4))), 'UTC'),
            toFixedString(unhex(hex_id), 16)
        FROM (SELECT arrayJoin({trace_ids:Array(String)}) AS hex_id)
        UNION ALL
        SELECT trace_ts, trace_id
        FROM trace_locations
        WHERE account = {account:String} AND region = {region:String}
            AND trace_id IN (SELECT toFixedString(unhex(arrayJoin({trace_ids:Array(String)})), 16))
    )
ORDER BY received_at
LIMIT {most:UInt32} BY trace_id
