-- How many traces lie in a range of time, matching or not.
SELECT uniqExact(trace_id)
FROM segments
WHERE account = {account:String} AND region = {region:String}
    AND trace_ts >= toDateTime({low:UInt32}, 'UTC') AND trace_ts < toDateTime({until:UInt32}, 'UTC')
    AND /*{seen}*/
-- Nearly every row of what is read passes: to test some columns before the others are read only costs.
SETTINGS optimize_move_to_prewhere = 0
