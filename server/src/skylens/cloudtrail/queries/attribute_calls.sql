-- Who called an operation, with what and how it ended: the most frequent values before and in a range of time.
SELECT is_insight, attribute, value, count() AS calls
FROM (
    SELECT
        event_time >= toDateTime({start:UInt32}, 'UTC') AS is_insight,
        arrayJoin([
            -- A session is called by its role: arn:aws:sts::111122223333:assumed-role/Deployer
            ('userIdentityArn', coalesce(
                nullIf(replaceRegexpOne(ifNull(facts.userIdentity.arn, ''), '^(arn:[^:]*:sts::[0-9]*:assumed-role/[^/]+)/.*$', '\\1'), ''),
                facts.userIdentity.invokedBy, facts.userIdentity.accountId, '')),
            ('userAgent', ifNull(facts.userAgent, '')),
            ('errorCode', toString(error_code)),
            ('resourceArn', JSONExtractString(resources, 1, 'ARN'))
        ]) AS pair,
        pair.1 AS attribute, if(pair.2 = '', 'null', pair.2) AS value
    FROM api_events
    WHERE account = {account:String} AND category = {category:String} AND region = {region:String}
        AND event_source = {event_source:String} AND event_name = {event_name:String} AND read_only = {read_only:Bool}
        AND event_time >= toDateTime({since:UInt32}, 'UTC') AND event_time < toDateTime({end:UInt32}, 'UTC')
        AND /*{wanted}*/
)
GROUP BY is_insight, attribute, value
ORDER BY calls DESC, value
LIMIT 5 BY is_insight, attribute
