-- How many events there are, or how many with one attribute, of whatever account: the index knows, and no row is read.
SELECT count()
FROM api_events
WHERE /*{key}*/
