-- One row for each event that is on record: API calls, service events, sign-ins. An event that belongs to several accounts
-- has a row in each. ``record`` is what people and trails are given; the other columns are what it is found by.
--
-- received_us is when the row was handed to the store, and no two rows of one node have the same: events are delivered in
-- this order, which never goes back, while event_time (whole seconds) orders what people look at.
-- sharded by cityHash64(account, region)
CREATE TABLE api_events (
    account LowCardinality(String),                      -- in whose history it stands
    region LowCardinality(String),
    category LowCardinality(String),                     -- Management, Data, Insight
    event_time DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    received_us Int64 CODEC(Delta(8), ZSTD(1)),
    event_id FixedString(16) CODEC(ZSTD(1)),
    event_source LowCardinality(String),
    event_name LowCardinality(String),
    read_only Bool,
    username String CODEC(ZSTD(1)),                      -- '': a service did it
    access_key_id String CODEC(ZSTD(1)),
    error_code LowCardinality(String),
    resource_types Array(LowCardinality(String)),
    resource_names Array(String) CODEC(ZSTD(1)),         -- one for each type
    keys Array(String) CODEC(ZSTD(1)),                   -- every 'attribute=value' it is looked up by
    record String CODEC(ZSTD(3)),
    INDEX by_key keys TYPE text(tokenizer = 'array'),
    INDEX by_received received_us TYPE minmax
)
ENGINE = MergeTree
PARTITION BY toDate(event_time)
ORDER BY (account, region, category, event_time, received_us)
SETTINGS index_granularity = 512, min_bytes_for_wide_part = 67108864
