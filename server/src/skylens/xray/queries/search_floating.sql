-- Whether there are floating rows in a range of time at all: only then do slices have to look beyond their edges.
SELECT 1
FROM trace_locations
WHERE account = {account:String} AND region = {region:String}
    AND trace_ts >= toDateTime({low:UInt32}, 'UTC') AND trace_ts < toDateTime({until:UInt32}, 'UTC')
LIMIT 1
