-- How often each operation was called in all, and the squares of its counts by minute and by five minutes: how they vary.
SELECT
    region, event_source, event_name, read_only, error,
    sum(calls), sum(squares), sum(calls * calls)
FROM (
    SELECT region, event_source, event_name, read_only, error, sum(calls_of_minute) AS calls,
        sum(calls_of_minute * calls_of_minute) AS squares
    FROM (
        SELECT
            toString(region) AS region, toString(event_source) AS event_source, toString(event_name) AS event_name,
            read_only, /*{error}*/ AS error, intDiv(toUInt32(event_time), 60) AS minute, count() AS calls_of_minute
        FROM api_events
        WHERE account = {account:String} AND category = {category:String}
            AND (empty({regions:Array(String)}) OR has({regions:Array(String)}, api_events.region))
            AND event_time >= toDateTime({start:UInt32}, 'UTC') AND event_time < toDateTime({end:UInt32}, 'UTC')
            AND /*{wanted}*/
        GROUP BY region, event_source, event_name, read_only, error, minute
    )
    GROUP BY region, event_source, event_name, read_only, error, intDiv(minute, 5)
)
GROUP BY region, event_source, event_name, read_only, error
