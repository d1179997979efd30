-- Rows of a query's result from a number up to another.
SELECT cells
FROM query_results
WHERE account = {account:String} AND query_id = {query_id:String} AND number >= {first:UInt32} AND number < {end:UInt32}
ORDER BY number
