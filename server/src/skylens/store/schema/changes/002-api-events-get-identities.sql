-- changes api_events
-- Until the engine has written these beside an older row, they are worked out of its record when they are read.
ALTER TABLE api_events ADD COLUMN IF NOT EXISTS user_identity
    String MATERIALIZED JSONExtractRaw(record, 'userIdentity') CODEC(ZSTD(1)) AFTER resources;
ALTER TABLE api_events ADD COLUMN IF NOT EXISTS tls_details
    String MATERIALIZED JSONExtractRaw(record, 'tlsDetails') CODEC(ZSTD(1)) AFTER user_identity;
ALTER TABLE api_events ADD COLUMN IF NOT EXISTS request_id
    Nullable(String) MATERIALIZED if(
        JSONExtract(record, 'requestID', 'Nullable(String)') = UUIDNumToString(event_id), '=',
        concat(':', JSONExtract(record, 'requestID', 'Nullable(String)'))) CODEC(ZSTD(1)) AFTER tls_details;
ALTER TABLE api_events ADD COLUMN IF NOT EXISTS from_console
    LowCardinality(Nullable(String)) MATERIALIZED JSONExtract(record, 'sessionCredentialFromConsole', 'Nullable(String)') AFTER request_id;
ALTER TABLE api_events ADD COLUMN IF NOT EXISTS rare
    String MATERIALIZED if(multiSearchAny(record, [
        '"annotation"', '"vpcEndpointAccountId"', '"serviceEventDetails"', '"addendum"', '"edgeDeviceDetails"', '"insightDetails"',
        '\\u']), record, '') CODEC(ZSTD(1)) AFTER from_console;
ALTER TABLE api_events MATERIALIZE COLUMN user_identity, MATERIALIZE COLUMN tls_details, MATERIALIZE COLUMN request_id, MATERIALIZE COLUMN from_console, MATERIALIZE COLUMN rare SETTINGS mutations_sync = 0
