-- Where the floating rows of the given traces lie, and (as second zero) which of the traces had a document refused for
-- its size. A query of its own: as subqueries of fetch_documents the same look-ups took twice as long.
SELECT trace_id, trace_ts
FROM trace_locations
WHERE account = {account:String} AND region = {region:String}
    AND trace_id IN (SELECT toFixedString(unhex(arrayJoin({trace_ids:Array(String)})), 16))
UNION ALL
SELECT trace_id, toDateTime(0, 'UTC') AS trace_ts
FROM trace_limits
WHERE account = {account:String} AND region = {region:String}
    AND trace_id IN (SELECT toFixedString(unhex(arrayJoin({trace_ids:Array(String)})), 16))
