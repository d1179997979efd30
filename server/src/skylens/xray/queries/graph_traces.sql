-- The traces whose first second lies in the time asked for. Also fills a slot of graph_segments.sql.
SELECT trace_id, min(trace_ts) AS first
FROM segments
WHERE account = {account:String} AND region = {region:String} AND /*{rows}*/
GROUP BY trace_id
HAVING /*{having}*/
