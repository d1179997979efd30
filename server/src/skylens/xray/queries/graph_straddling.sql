-- Every minute of the traces that reach over several minutes and got floating segments lately: the minute a trace counts
-- in can be another than the one the segment came to. latest: when the newest segment of any of them arrived.
SELECT account, region, minute, max(latest) AS latest
FROM (
    SELECT
        account, region,
        groupUniqArray(intDiv(toUInt32(trace_ts), 60) * 60) AS minutes,
        max(toUnixTimestamp64Milli(received_at)) AS latest
    FROM segments
    WHERE floating
        AND trace_ts >= toDateTime({start:UInt32}, 'UTC') AND trace_ts < toDateTime({end:UInt32}, 'UTC')
        AND (account, region, trace_id) IN (
            SELECT account, region, trace_id
            FROM segments
            WHERE floating AND received_at >= fromUnixTimestamp64Milli({since:Int64})
        )
    GROUP BY account, region, trace_id
    HAVING length(minutes) > 1
)
ARRAY JOIN minutes AS minute
GROUP BY account, region, minute
