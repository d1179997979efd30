-- Which of some events a store was given from outside already.
SELECT event_id
FROM lake_events
WHERE store = {store:String}
    AND event_time >= toDateTime({low:UInt32}, 'UTC') AND event_time <= toDateTime({high:UInt32}, 'UTC')
    AND event_id IN (SELECT toFixedString(unhex(id), 16) FROM (SELECT arrayJoin({ids:Array(String)}) AS id))
