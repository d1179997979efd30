-- Whether an account has a row that may be of the same event as an earlier one: nothing where it has not.
SELECT 1
FROM api_events
WHERE account = {account:String} AND may_repeat
LIMIT 1
