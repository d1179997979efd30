-- How many rows there are, and the oldest second of the table's order: from the parts' metadata, without reading a row.
SELECT toInt64(count()), toUInt32(min(trace_ts))
FROM segments
