-- Which of these events are on record.
SELECT lower(hex(event_id))
FROM api_events
WHERE account = {account:String} AND category = {category:String}
    AND event_time >= toDateTime({first:UInt32}, 'UTC') AND event_time <= toDateTime({last:UInt32}, 'UTC')
    AND has({ids:Array(String)}, lower(hex(event_id)))
