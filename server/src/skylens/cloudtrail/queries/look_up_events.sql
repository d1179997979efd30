-- The newest events of one account and region in a slice of time, or those with one attribute, behind one that was seen.
SELECT toUInt32(event_time), received_us, event_id, entry, record
FROM api_events
WHERE account = {account:String} AND region = {region:String} AND category = {category:String}
    AND event_time >= toDateTime({low:UInt32}, 'UTC') AND event_time <= toDateTime({high:UInt32}, 'UTC')
    AND /*{before}*/ AND /*{key}*/
ORDER BY event_time DESC, received_us DESC, event_id DESC
LIMIT {most:UInt32}
-- Read in the order of the table, the few rows that the index finds are met granule by granule: half as slow again.
SETTINGS optimize_read_in_order = 0, query_plan_max_limit_for_lazy_materialization = 1000
