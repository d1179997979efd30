-- The newest traces of a slice of time for which a compiled filter holds, every row of the slice looked at.
-- A trace's time is the second in its id; of a floating trace, the first second of all.
SELECT
    trace_id,
    if(max(NOT floating), minIf(trace_ts, NOT floating), min(trace_ts)) AS first,
    min(floating) AS floats,
    /*{matched}*/ AS matched
FROM segments
WHERE account = {account:String} AND region = {region:String}
    AND trace_ts >= toDateTime({low:UInt32}, 'UTC') AND trace_ts < toDateTime({until:UInt32}, 'UTC')
    AND /*{sampled}*/
GROUP BY trace_id
HAVING toUInt32(first) >= {low:UInt32}
    AND (toUInt32(first), trace_id) < ({before_second:UInt32}, toFixedString(unhex({before_id:String}), 16))
    AND /*{seen}*/ AND (/*{filter}*/)
ORDER BY first DESC, trace_id DESC
LIMIT {most:UInt32}
