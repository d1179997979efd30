-- The times of traces of which only floating rows were seen, from all of their rows that had arrived by then.
SELECT trace_id, toUInt32(if(max(NOT floating), minIf(trace_ts, NOT floating), min(trace_ts))) AS first
FROM segments
WHERE account = {account:String} AND region = {region:String}
    AND received_at <= fromUnixTimestamp64Milli({arrived:Int64}, 'UTC')
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
GROUP BY trace_id
