-- changes lake_events
-- Until the engine has written these beside an older row, they are worked out of its record when they are read.
ALTER TABLE lake_events ADD COLUMN IF NOT EXISTS user_identity
    String MATERIALIZED JSONExtractRaw(record, 'userIdentity') CODEC(ZSTD(1)) AFTER resources;
ALTER TABLE lake_events ADD COLUMN IF NOT EXISTS tls_details
    String MATERIALIZED JSONExtractRaw(record, 'tlsDetails') CODEC(ZSTD(1)) AFTER user_identity;
ALTER TABLE lake_events ADD COLUMN IF NOT EXISTS request_id
    Nullable(String) MATERIALIZED if(
        JSONExtract(record, 'requestID', 'Nullable(String)') = UUIDNumToString(event_id), '=',
        concat(':', JSONExtract(record, 'requestID', 'Nullable(String)'))) CODEC(ZSTD(1)) AFTER tls_details;
ALTER TABLE lake_events ADD COLUMN IF NOT EXISTS from_console
    LowCardinality(Nullable(String)) MATERIALIZED JSONExtract(record, 'sessionCredentialFromConsole', 'Nullable(String)') AFTER request_id;
ALTER TABLE lake_events ADD COLUMN IF NOT EXISTS rare
    String MATERIALIZED if(multiSearchAny(record, [
        '"annotation"', '"vpcEndpointAccountId"', '"serviceEventDetails"', '"addendum"', '"edgeDeviceDetails"', '"insightDetails"',
        '\\u']), record, '') CODEC(ZSTD(1)) AFTER from_console;
ALTER TABLE lake_events ADD COLUMN IF NOT EXISTS read_only
    Nullable(Bool) MATERIALIZED JSONExtract(record, 'readOnly', 'Nullable(Bool)') AFTER rare;
ALTER TABLE lake_events ADD COLUMN IF NOT EXISTS management_event
    Nullable(Bool) MATERIALIZED JSONExtract(record, 'managementEvent', 'Nullable(Bool)') AFTER read_only;
ALTER TABLE lake_events MATERIALIZE COLUMN user_identity, MATERIALIZE COLUMN tls_details, MATERIALIZE COLUMN request_id, MATERIALIZE COLUMN from_console, MATERIALIZE COLUMN rare, MATERIALIZE COLUMN read_only, MATERIALIZE COLUMN management_event SETTINGS mutations_sync = 0
