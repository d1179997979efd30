-- How often an operation was called in each period in which it was.
SELECT toUInt32(intDiv(toUInt32(event_time), {seconds:UInt32}) * {seconds:UInt32}) AS at, count()
FROM api_events
WHERE account = {account:String} AND region = {region:String} AND category = {category:String}
    AND event_source = {event_source:String} AND event_name = {event_name:String}
    AND event_time >= toDateTime({start:UInt32}, 'UTC') AND event_time < toDateTime({end:UInt32}, 'UTC')
    AND /*{wanted}*/
GROUP BY at
ORDER BY at
