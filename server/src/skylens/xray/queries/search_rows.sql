-- The newest traces of a slice of time that have a row which satisfies a filter that one row decides. No floating rows.
SELECT trace_id, trace_ts AS first, false AS floats, NULL AS matched
FROM segments
WHERE account = {account:String} AND region = {region:String}
    AND trace_ts >= toDateTime({low:UInt32}, 'UTC') AND trace_ts < toDateTime({until:UInt32}, 'UTC')
    AND (toUInt32(trace_ts), trace_id) < ({before_second:UInt32}, toFixedString(unhex({before_id:String}), 16))
    AND /*{sampled}*/ AND (/*{rows}*/)
ORDER BY trace_ts DESC, trace_id DESC
LIMIT 1 BY trace_id
LIMIT {most:UInt32}
-- Read in the order of the table, the few rows that the index finds are met granule by granule: 17 ms instead of 7. In two
-- steps, those that the index finds and then the rest of their columns, they are met twice: 18 ms instead of 13 in a
-- store of many parts.
SETTINGS optimize_read_in_order = 0, optimize_move_to_prewhere = 0
