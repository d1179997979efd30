-- How many segments each second has.
SELECT toUInt32(trace_ts) AS second, count() AS segments
FROM segments
WHERE account = {account:String} AND region = {region:String} AND /*{rows}*/
GROUP BY second
