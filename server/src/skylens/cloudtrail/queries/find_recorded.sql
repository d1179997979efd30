-- Which of some events a store has of its account's history.
SELECT event_id
FROM api_events
WHERE /*{held}*/
    AND event_time >= toDateTime({low:UInt32}, 'UTC') AND event_time <= toDateTime({high:UInt32}, 'UTC')
    AND event_id IN (SELECT toFixedString(unhex(id), 16) FROM (SELECT arrayJoin({ids:Array(String)}) AS id))
