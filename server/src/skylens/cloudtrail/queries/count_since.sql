-- How many events that came after a position happened before a time, but for those of some accounts.
SELECT toUInt64(count())
FROM api_events
WHERE event_time < toDateTime({before:UInt32}, 'UTC')
    AND (received_us, event_id) > ({received_us:Int64}, toFixedString(unhex({event_id:String}), 16))
    AND ({reads:Bool} OR NOT (category = 'Management' AND read_only))
    AND NOT has({without:Array(String)}, account)
