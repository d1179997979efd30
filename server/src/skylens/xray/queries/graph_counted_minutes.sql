-- Which minutes were counted, from how many segments, and when.
SELECT toUInt32(minute) AS second, argMax(segments, version), max(version)
FROM graph_minutes
WHERE account = {account:String} AND region = {region:String} AND group_id = {group:String} AND kind = 'minute'
    AND minute >= toDateTime({start:UInt32}, 'UTC') AND minute < toDateTime({end:UInt32}, 'UTC')
GROUP BY second
