-- How often each operation was called in each minute, by the error that it ended with.
SELECT
    toUInt32(intDiv(toUInt32(event_time), 60)) AS minute,
    toString(region), toString(event_source), toString(event_name), read_only, toString(error_code), count()
FROM api_events
WHERE account = {account:String} AND category = {category:String}
    AND (empty({regions:Array(String)}) OR has({regions:Array(String)}, region))
    AND event_time >= toDateTime({start:UInt32}, 'UTC') AND event_time < toDateTime({end:UInt32}, 'UTC')
    AND /*{wanted}*/
GROUP BY minute, region, event_source, event_name, read_only, error_code
ORDER BY minute
