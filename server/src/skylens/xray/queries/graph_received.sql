-- The minutes to which segments came that arrived lately, whether any of these float, and when the last one arrived.
SELECT
    account, region, intDiv(toUInt32(trace_ts), 60) * 60 AS minute, max(floating) AS floats,
    toUnixTimestamp64Milli(max(received_at)) AS latest
FROM segments
WHERE received_at >= fromUnixTimestamp64Milli({since:Int64})
GROUP BY account, region, minute
