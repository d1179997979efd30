-- Every document of the given traces, which lie in the given seconds of the table's order.
SELECT trace_id, received_at, document
FROM segments
WHERE account = {account:String} AND region = {region:String}
    AND trace_ts IN {seconds:Array(UInt32)}
    AND trace_id IN (SELECT toFixedString(unhex(arrayJoin({trace_ids:Array(String)})), 16))
LIMIT {most:UInt32} BY trace_id
-- What lies scattered is read a granule at a time: testing one column after the other costs more than it keeps from being read.
SETTINGS enable_multiple_prewhere_read_steps = 0
