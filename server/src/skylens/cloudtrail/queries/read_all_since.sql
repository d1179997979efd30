-- What came after a position in all accounts and regions, in the order it came: with or without management events that only read.
SELECT
    account, region, category, toUInt32(event_time), received_us, event_id, event_source, event_name, read_only, record
FROM api_events
WHERE received_us >= {received_us:Int64} AND received_us < {until_us:Int64}
    AND (received_us, event_id) > ({received_us:Int64}, toFixedString(unhex({event_id:String}), 16))
    AND ({reads:Bool} OR NOT (category = 'Management' AND read_only))
ORDER BY received_us, event_id
LIMIT {most:UInt32}
