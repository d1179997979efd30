-- The newest events of one account and region, or those with one attribute, before one that was seen already.
SELECT
    account, region, category, toUInt32(event_time), received_us, event_id,
    event_source, event_name, read_only, username, access_key_id, resource_types, resource_names, record
FROM api_events
WHERE account = {account:String} AND region = {region:String} AND category = {category:String}
    AND event_time >= toDateTime({start:UInt32}, 'UTC') AND event_time <= toDateTime({end:UInt32}, 'UTC')
    AND (toUInt32(event_time), received_us, event_id)
        < ({before_time:UInt32}, {before_received_us:Int64}, toFixedString(unhex({before_id:String}), 16))
    AND /*{key}*/
ORDER BY event_time DESC, received_us DESC, event_id DESC
LIMIT {most:UInt32}
