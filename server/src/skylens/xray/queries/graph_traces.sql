-- The traces whose first second lies in the time asked for. Fills a slot of the other graph queries.
-- root_id: the segment that came from outside when every segment names a parent; zeros otherwise.
SELECT
    trace_id,
    min(trace_ts) AS first,
    if(min(parent_id) = toFixedString('', 8), toFixedString('', 8), argMin(id, (start_us, id))) AS root_id
FROM segments
WHERE account = {account:String} AND region = {region:String} AND /*{rows}*/
GROUP BY trace_id
HAVING /*{having}*/
