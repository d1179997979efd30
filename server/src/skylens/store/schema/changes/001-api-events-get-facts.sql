-- changes api_events
-- Events of earlier releases may be there twice: nothing says that they are not. What they have in columns is worked out of
-- the record when they are read, until the engine has written it beside it.
ALTER TABLE api_events ADD COLUMN IF NOT EXISTS may_repeat Bool DEFAULT true AFTER record;
ALTER TABLE api_events ADD COLUMN IF NOT EXISTS facts Tuple(
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
                sourceIdentity LowCardinality(Nullable(String)))))
    MATERIALIZED JSONExtract(record, 'Tuple(
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
                sourceIdentity LowCardinality(Nullable(String)))))') CODEC(ZSTD(1)) AFTER may_repeat;
ALTER TABLE api_events ADD COLUMN IF NOT EXISTS request_parameters
    String MATERIALIZED JSONExtractRaw(record, 'requestParameters') CODEC(ZSTD(1)) AFTER facts;
ALTER TABLE api_events ADD COLUMN IF NOT EXISTS response_elements
    String MATERIALIZED JSONExtractRaw(record, 'responseElements') CODEC(ZSTD(1)) AFTER request_parameters;
ALTER TABLE api_events ADD COLUMN IF NOT EXISTS additional_event_data
    String MATERIALIZED JSONExtractRaw(record, 'additionalEventData') CODEC(ZSTD(1)) AFTER response_elements;
ALTER TABLE api_events ADD COLUMN IF NOT EXISTS resources
    String MATERIALIZED JSONExtractRaw(record, 'resources') CODEC(ZSTD(1)) AFTER additional_event_data;
ALTER TABLE api_events ADD INDEX IF NOT EXISTS by_repeat may_repeat TYPE minmax GRANULARITY 1000;
ALTER TABLE api_events MATERIALIZE COLUMN facts, MATERIALIZE COLUMN request_parameters, MATERIALIZE COLUMN response_elements, MATERIALIZE COLUMN additional_event_data, MATERIALIZE COLUMN resources SETTINGS mutations_sync = 0
