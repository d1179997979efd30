-- The minutes whose segments are more or fewer than those they were counted from, and the minutes never counted.
SELECT account, region, minute
FROM (
    SELECT account, region, intDiv(toUInt32(trace_ts), 60) * 60 AS minute, count() AS present
    FROM segments
    GROUP BY account, region, minute
) AS found
LEFT JOIN (
    SELECT account, region, toUInt32(graph_minutes.minute) AS minute, argMax(segments, version) AS counted
    FROM graph_minutes
    WHERE group_id = '' AND kind = 'minute'
    GROUP BY account, region, minute
) AS known USING (account, region, minute)
WHERE present != counted
