-- Events that event data stores were given from outside: through channels, or from the files of a trail. They are in no
-- account's event history, and one that two stores have is there twice.
--
-- Within a store an event has one row: those that come through a channel have new ids, and an import looks for what the store
-- has before it writes. Should two nodes import the same file at once, readers take one row of an id, and a merge removes the
-- other.
--
-- Imports bring years at once, and an insert may not touch more than a hundred partitions: so a partition is a year.
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
    record String CODEC(ZSTD(3))
)
ENGINE = ReplacingMergeTree
PARTITION BY toYear(event_time)
ORDER BY (store, event_time, event_id)
