-- What was counted of closed minutes, added up. One read of the table, so that a minute is never seen half replaced.
SELECT
    intDiv(toUInt32(minute) - {origin:UInt32}, {step:UInt32}) AS bucket,
    kind, source_name, source_type, source_account, name, type, owner,
    max(reported) AS reported, max(root) AS root,
    min(started) AS started, max(ended) AS ended,
    sum(ok) AS ok, sum(throttle) AS throttle, sum(error) AS error, sum(fault) AS fault, sum(total_us) AS total_us,
    sumMap(response_bins, response_counts) AS response, sumMap(duration_bins, duration_counts) AS duration,
    groupUniqArrayArray(arrayMap((n, t) -> (toString(n), toString(t)), alias_names, alias_types)) AS aliases
FROM (
    SELECT *
    FROM (
        SELECT *, max(version) OVER (PARTITION BY minute) AS latest
        FROM graph_minutes
        WHERE account = {account:String} AND region = {region:String} AND group_id = {group:String}
            AND minute >= toDateTime({start:UInt32}, 'UTC') AND minute < toDateTime({end:UInt32}, 'UTC')
            AND has({minutes:Array(UInt32)}, toUInt32(minute))
    )
    WHERE version = latest AND kind != 'minute' AND /*{only}*/
    -- Two workers that wrote in the same millisecond wrote the same.
    LIMIT 1 BY minute, kind, source_name, source_type, source_account, name, type, owner
)
GROUP BY ALL
