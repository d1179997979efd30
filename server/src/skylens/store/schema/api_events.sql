-- One row for each event that is on record: API calls, service events, sign-ins. An event that belongs to several accounts
-- has a row in each. ``record`` is what people and trails are given; the other columns are what it is found by.
--
-- received_us is when the row was handed to the store, and no two rows of one node have the same: events are delivered in
-- this order, which never goes back, while event_time (whole seconds) orders what people look at.
--
-- A look-up by a rare value opens the index of every part, 0.6 ms each: so a partition is a week, and becomes one part an hour
-- after its last event (9 ms among a million events, 42 ms in the 139 parts of 90 days). Each column costs 2 ms to read for 50 scattered events, so a list reads two: entry, record.
--
-- The columns behind ``record`` are made of it by the engine, once, for Lake's SQL: to read records costs a second and more
-- for a million of them. What they have is cloudtrail/lake/columns.py's to know. ``request_id`` is '=' where it is the event's id,
-- as in all records of our own, else the text behind a ':'. ``rare`` is the whole record where it may have one of the members that
-- hardly any has (or names them with an escape), else empty: so it costs nothing.
-- sharded by cityHash64(account, region)
CREATE TABLE api_events (
    account LowCardinality(String),                      -- in whose history it stands
    region LowCardinality(String),
    category LowCardinality(String),                     -- Management, Data, Insight, DataInsight
    event_time DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    received_us Int64 CODEC(Delta(8), ZSTD(1)),
    event_id FixedString(16) CODEC(ZSTD(1)),
    event_source LowCardinality(String),
    event_name LowCardinality(String),
    read_only Bool,
    username String CODEC(ZSTD(1)),                      -- '': a service did it
    access_key_id String CODEC(ZSTD(1)),
    error_code LowCardinality(String),
    keys Array(String) CODEC(ZSTD(1)),                   -- every 'attribute=value' it is looked up by
    entry String CODEC(ZSTD(1)),                         -- what event history lists of it, in one piece
    record String CODEC(ZSTD(3)),
    may_repeat Bool,                                     -- an earlier row may be of the same event: its commit seemed to fail
    facts MATERIALIZED JSONExtract(record, 'Tuple(
        eventVersion LowCardinality(Nullable(String)), eventType LowCardinality(Nullable(String)),
        sourceIPAddress Nullable(String), userAgent LowCardinality(Nullable(String)), errorMessage Nullable(String),
        apiVersion LowCardinality(Nullable(String)), sharedEventID Nullable(String), vpcEndpointId LowCardinality(Nullable(String)),
        tlsDetails Tuple(
            tlsVersion LowCardinality(Nullable(String)), cipherSuite LowCardinality(Nullable(String)),
            clientProvidedHostHeader LowCardinality(Nullable(String))),
        userIdentity Tuple(
            type LowCardinality(Nullable(String)), principalId Nullable(String), arn Nullable(String),
            accountId LowCardinality(Nullable(String)), accessKeyId Nullable(String), userName LowCardinality(Nullable(String)),
            invokedBy LowCardinality(Nullable(String)),
            sessionContext Tuple(
                sessionIssuer Tuple(
                    type LowCardinality(Nullable(String)), principalId LowCardinality(Nullable(String)),
                    arn LowCardinality(Nullable(String)), accountId LowCardinality(Nullable(String)),
                    userName LowCardinality(Nullable(String))),
                attributes Tuple(mfaAuthenticated LowCardinality(Nullable(String))),
                sourceIdentity LowCardinality(Nullable(String)))))') CODEC(ZSTD(1)),
    request_parameters String MATERIALIZED JSONExtractRaw(record, 'requestParameters') CODEC(ZSTD(1)),
    response_elements String MATERIALIZED JSONExtractRaw(record, 'responseElements') CODEC(ZSTD(1)),
    additional_event_data String MATERIALIZED JSONExtractRaw(record, 'additionalEventData') CODEC(ZSTD(1)),
    resources String MATERIALIZED JSONExtractRaw(record, 'resources') CODEC(ZSTD(1)),
    user_identity String MATERIALIZED JSONExtractRaw(record, 'userIdentity') CODEC(ZSTD(1)),
    tls_details String MATERIALIZED JSONExtractRaw(record, 'tlsDetails') CODEC(ZSTD(1)),
    request_id Nullable(String) MATERIALIZED if(
        JSONExtract(record, 'requestID', 'Nullable(String)') = UUIDNumToString(event_id), '=',
        concat(':', JSONExtract(record, 'requestID', 'Nullable(String)'))) CODEC(ZSTD(1)),
    from_console LowCardinality(Nullable(String)) MATERIALIZED JSONExtract(record, 'sessionCredentialFromConsole', 'Nullable(String)'),
    rare String MATERIALIZED if(multiSearchAny(record, [
        '"annotation"', '"vpcEndpointAccountId"', '"serviceEventDetails"', '"addendum"', '"edgeDeviceDetails"', '"insightDetails"',
        '\\u']), record, '') CODEC(ZSTD(1)),
    INDEX by_key keys TYPE text(tokenizer = 'array'),
    INDEX by_received received_us TYPE minmax,
    INDEX by_repeat may_repeat TYPE minmax GRANULARITY 1000
)
ENGINE = MergeTree
PARTITION BY toMonday(event_time)
ORDER BY (account, region, category, event_time, received_us)
SETTINGS index_granularity = 512, min_bytes_for_wide_part = 67108864,
    min_age_to_force_merge_seconds = 3600, min_age_to_force_merge_on_partition_only = 1
