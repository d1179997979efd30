-- How many rows there are of each kind that fetch_places looks for: from the parts' metadata, without reading a row. Where there are
-- none at all this takes a quarter of what looking for them does.
SELECT count() FROM trace_locations
UNION ALL
SELECT count() FROM trace_limits
