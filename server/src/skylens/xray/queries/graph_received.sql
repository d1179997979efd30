-- The minutes to which segments came that arrived lately, and whether any of these float.
SELECT account, region, intDiv(toUInt32(trace_ts), 60) * 60 AS minute, max(floating) AS floats
FROM segments
WHERE received_at >= fromUnixTimestamp64Milli({since:Int64})
GROUP BY account, region, minute
