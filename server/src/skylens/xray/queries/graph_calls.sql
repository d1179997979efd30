-- What the embedded subsegments of simple traces tell of the nodes they call: those whose segments name the subsegment as
-- their parent, or else the node that the call itself points at.
WITH /*{bin}*/ AS bin
SELECT
    intDiv(toUInt32(first) - {origin:UInt32}, {step:UInt32}) AS bucket,
    source_name, source_type, source_owner,
    callee.found AS found,
    if(found, callee.name, node_name) AS name,
    if(found, callee.type, node_type) AS type,
    if(found, callee.owner, node_owner) AS owner,
    if(found AND call_name != callee.name, call_name, '') AS alias_name,
    if(found AND call_name != callee.name, node_type, '') AS alias_type,
    countIf(outcome = 'ok') AS ok, countIf(outcome = 'throttle') AS throttle,
    countIf(outcome = 'error') AS error, countIf(outcome = 'fault') AS fault,
    sum(us) AS total_us, min(start_us) AS start_us, max(end_us) AS end_us,
    sumMap([bin(us)], [1]) AS response
FROM (
    SELECT
        trace_id, traces.first AS first,
        name AS source_name, origin AS source_type, if(account_id = '', account, account_id) AS source_owner,
        call_id, call_name, node_name, node_type, node_owner, us,
        bitTest(flags, 3) AS traced,
        multiIf(bitTest(flags, 0), 'fault', bitTest(flags, 2), 'throttle', bitTest(flags, 1), 'error', 'ok') AS outcome,
        start_us, start_us + full_duration_us AS end_us
    FROM segments
    ARRAY JOIN
        `sub.id` AS call_id, `sub.name` AS call_name, `sub.node_name` AS node_name, `sub.node_type` AS node_type,
        `sub.node_account` AS node_owner, `sub.duration_us` AS us, `sub.flags` AS flags
    INNER JOIN (/*{traces}*/) AS traces USING (trace_id)
    WHERE account = {account:String} AND region = {region:String} AND /*{rows}*/
) AS seen
LEFT JOIN (
    -- Distinct: several segments of one node under one subsegment are one call.
    SELECT DISTINCT
        trace_id, parent_id, name, origin AS type, if(account_id = '', account, account_id) AS owner, true AS found
    FROM segments
    WHERE account = {account:String} AND region = {region:String} AND /*{rows}*/
        AND parent_id != toFixedString('', 8)
) AS callee ON seen.trace_id = callee.trace_id AND seen.call_id = callee.parent_id
WHERE found OR (node_name != '' AND NOT traced)
GROUP BY ALL
