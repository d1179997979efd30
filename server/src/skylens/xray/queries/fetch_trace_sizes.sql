-- Bytes of documents that the store holds of each of the given traces. The second inside a trace id is where its rows
-- lie in the table's order; trace_locations knows where the others are.
SELECT trace_id, sum(length(document)) AS size_bytes
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
GROUP BY trace_id
