-- The newest second before another that has a row: what a search jumps to, however long nothing came.
SELECT toUInt32(trace_ts)
FROM segments
WHERE account = {account:String} AND region = {region:String}
    AND trace_ts >= toDateTime({low:UInt32}, 'UTC') AND trace_ts < toDateTime({until:UInt32}, 'UTC')
    AND /*{seen}*/
ORDER BY trace_ts DESC
LIMIT 1
