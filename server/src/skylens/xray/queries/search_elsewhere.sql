-- Where else traces with a row in a slice of time have floating rows. To look for all floating rows near the slice instead
-- reads five times as many where many float.
SELECT trace_ts, trace_id
FROM trace_locations
WHERE account = {account:String} AND region = {region:String} AND /*{near}*/
    AND trace_id IN (
        SELECT trace_id
        FROM segments
        WHERE account = {account:String} AND region = {region:String} AND /*{slice}*/
    )
