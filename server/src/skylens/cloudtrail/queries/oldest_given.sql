-- The event data stores that were given events from outside, each with the time of its oldest one.
SELECT store, toUInt32(min(event_time))
FROM lake_events
GROUP BY store
