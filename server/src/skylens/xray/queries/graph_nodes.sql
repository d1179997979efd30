-- What the segments of simple traces tell of their own nodes, split by the node whose segment they name as parent
-- (Lambda's two segments of an invocation) and by whether the call came from outside.
WITH /*{bin}*/ AS bin
SELECT
    intDiv(toUInt32(first) - {origin:UInt32}, {step:UInt32}) AS bucket,
    seen.name AS name, seen.type AS type, seen.owner AS owner,
    entry,
    caller.found AS found, caller.name AS caller_name, caller.type AS caller_type, caller.owner AS caller_owner,
    countIf(outcome = 'ok') AS ok, countIf(outcome = 'throttle') AS throttle,
    countIf(outcome = 'error') AS error, countIf(outcome = 'fault') AS fault,
    sum(duration_us) AS total_us, min(start_us) AS start_us, max(end_us) AS end_us,
    sumMap([bin(duration_us)], [1]) AS response, sumMap([bin(full_duration_us)], [1]) AS duration
FROM (
    SELECT
        trace_id, traces.first AS first,
        name, origin AS type, if(account_id = '', account, account_id) AS owner,
        parent_id = toFixedString('', 8) OR id = traces.root_id AS entry,
        if(parent_id = id, toFixedString('', 8), parent_id) AS caller_id,
        multiIf(fault, 'fault', throttle, 'throttle', error, 'error', 'ok') AS outcome,
        duration_us, full_duration_us, start_us, start_us + full_duration_us AS end_us
    FROM segments
    INNER JOIN (/*{traces}*/) AS traces USING (trace_id)
    WHERE account = {account:String} AND region = {region:String} AND /*{rows}*/
) AS seen
LEFT JOIN (
    SELECT trace_id, id, name, origin AS type, if(account_id = '', account, account_id) AS owner, true AS found
    FROM segments
    WHERE account = {account:String} AND region = {region:String} AND /*{rows}*/
) AS caller ON seen.trace_id = caller.trace_id AND seen.caller_id = caller.id
GROUP BY ALL
