-- What the graph needs to know of the segments of the traces asked for. Neither joins nor groups: planning that alone took
-- the engine longer (25 ms a join) than it takes to read and count a minute of 1,667 traces.
SELECT
    trace_id, id, parent_id, toUInt32(trace_ts) AS second,
    partial OR is_subsegment OR has_links AS complex,
    name, origin, if(account_id = '', account, account_id) AS owner,
    multiIf(fault, 3, throttle, 1, error, 2, 0)::UInt8 AS outcome,
    start_us, duration_us, full_duration_us,
    `sub.id` AS sub_id, `sub.name` AS sub_name,
    `sub.node_name` AS node_name, `sub.node_type` AS node_type, `sub.node_account` AS node_owner,
    `sub.duration_us` AS sub_us, `sub.flags` AS sub_flags
FROM segments
WHERE account = {account:String} AND region = {region:String} AND /*{rows}*/
    AND trace_id IN (SELECT trace_id FROM (/*{traces}*/))
LIMIT {most:UInt64}
