-- What came after a position, in the order it came.
SELECT
    account, region, category, toUInt32(event_time), received_us, event_id, event_source, event_name, read_only, record
FROM api_events
WHERE account = {account:String}
    AND (empty({regions:Array(String)}) OR has({regions:Array(String)}, region))
    AND received_us >= {received_us:Int64} AND received_us < {until_us:Int64}
    AND (received_us, event_id) > ({received_us:Int64}, toFixedString(unhex({event_id:String}), 16))
ORDER BY received_us, event_id
LIMIT {most:UInt32}
