-- Since which minute there are events of an account in each region.
SELECT toString(region), toUInt32(intDiv(toUInt32(min(event_time)), 60))
FROM api_events
WHERE account = {account:String} AND category = {category:String}
GROUP BY region
