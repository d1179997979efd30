-- Every document of the given traces, which lie in the given seconds of the table's order.
SELECT trace_id, received_at, document
FROM segments
WHERE account = {account:String} AND region = {region:String}
    AND trace_ts IN {seconds:Array(UInt32)}
    AND trace_id IN (SELECT toFixedString(unhex(arrayJoin({trace_ids:Array(String)})), 16))
LIMIT {most:UInt32} BY trace_id
