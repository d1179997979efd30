-- Bytes of documents that the store holds of each of the given traces, which lie in the given seconds of the table's
-- order.
SELECT trace_id, sum(length(document)) AS size_bytes
FROM segments
WHERE account = {account:String} AND region = {region:String}
    AND trace_ts IN {seconds:Array(UInt32)}
    AND trace_id IN (SELECT toFixedString(unhex(arrayJoin({trace_ids:Array(String)})), 16))
GROUP BY trace_id
