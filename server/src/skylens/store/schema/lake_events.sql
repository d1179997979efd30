-- Events that event data stores were given from outside: through channels, or from the files of a trail. They are in no
-- account's event history, and one that two stores have is there twice.
--
-- Within a store an event has one row: those that come through a channel have new ids, and an import looks for what the store
-- has before it writes. Where several nodes write, two may import the same file at once: readers then take one row of an id, and
-- a merge removes the other.
--
-- Imports bring years at once, and an insert may not touch more than a hundred partitions: so a partition is a year.
-- What is made of ``record`` is as in api_events.
-- sharded by cityHash64(store, event_id)
CREATE TABLE lake_events (
    store LowCardinality(String),                        -- id of the event data store
    account LowCardinality(String),                      -- whose record it is, as the record itself says
    region LowCardinality(String),
    category LowCardinality(String),
    event_time DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    event_id FixedString(16) CODEC(ZSTD(1)),
    event_source LowCardinality(String),
    event_name LowCardinality(String),
    error_code LowCardinality(String),
    record String CODEC(ZSTD(3)),
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
    read_only Nullable(Bool) MATERIALIZED JSONExtract(record, 'readOnly', 'Nullable(Bool)'),
    management_event Nullable(Bool) MATERIALIZED JSONExtract(record, 'managementEvent', 'Nullable(Bool)')
)
ENGINE = ReplacingMergeTree
PARTITION BY toYear(event_time)
ORDER BY (store, event_time, event_id)
