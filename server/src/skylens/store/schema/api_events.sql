-- One row for each event that is on record: API calls, service events, sign-ins. An event that belongs to several accounts
-- has a row in each. ``record`` is what people and trails are given; the other columns are what it is found by.
--
-- received_us is when the row was handed to the store, and no two rows of one node have the same: events are delivered in
-- this order, which never goes back, while event_time (whole seconds) orders what people look at.
--
-- A look-up by a rare value opens the index of every part, 0.6 ms each: so a partition is a week, and becomes one part an hour
-- after its last event (9 ms among a million events, 42 ms in the 139 parts of 90 days). Each column costs 2 ms to read for 50 scattered events, so a list reads two: entry, record.
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
    keys Array(String) CODEC(ZSTD(1)),                   -- every 'attribute=value' it is looked up by
    entry String CODEC(ZSTD(1)),                         -- what event history lists of it, in one piece
    record String CODEC(ZSTD(3)),
    INDEX by_key keys TYPE text(tokenizer = 'array'),
    INDEX by_received received_us TYPE minmax
)
ENGINE = MergeTree
PARTITION BY toMonday(event_time)
ORDER BY (account, region, category, event_time, received_us)
SETTINGS index_granularity = 512, min_bytes_for_wide_part = 67108864,
    min_age_to_force_merge_seconds = 3600, min_age_to_force_merge_on_partition_only = 1
