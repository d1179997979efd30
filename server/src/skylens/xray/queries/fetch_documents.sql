-- Every document of the given traces, which lie in the given seconds of the table's order.
SELECT trace_id, document
FROM segments
WHERE account = {account:String} AND region = {region:String}
    AND trace_ts IN {seconds:Array(UInt32)}
    AND trace_id IN (SELECT toFixedString(unhex(arrayJoin({trace_ids:Array(String)})), 16))
LIMIT {most:UInt32} BY trace_id
-- What lies scattered is read a granule at a time: testing one column after the other costs more than it keeps from being read.
-- The few granules of many traces are divided among the threads that there are; by itself a thread would take all of them.
SETTINGS enable_multiple_prewhere_read_steps = 0,
    merge_tree_min_rows_for_concurrent_read = 2048, merge_tree_min_bytes_for_concurrent_read = 1
