-- The service graph of each closed minute: what was counted at its nodes and along its edges, for the account as a whole
-- (group_id '') and for each group. Derived from segments; any minute can be counted again at any time.
--
-- A minute is written by one insert of one block, all rows with the same version, and one row of kind 'minute' says that
-- it was counted (also when there was nothing to count) and from how many segments. Readers take only the rows of a
-- minute's latest version, in one read: whatever a crash leaves behind is a whole minute, old or new. Rows of older
-- versions go when parts merge; those of a node that the newer version does not have stay until the day expires,
-- unread.
-- sharded by cityHash64(account, region)
CREATE TABLE graph_minutes (
    account LowCardinality(String),
    region LowCardinality(String),
    group_id LowCardinality(String),
    minute DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    version UInt64 CODEC(ZSTD(1)),                       -- milliseconds since the epoch when the count began
    kind LowCardinality(String),                         -- 'minute', 'node', or an edge: 'call', 'client', 'link'
    source_name LowCardinality(String),                  -- of edges: where it starts
    source_type LowCardinality(String),
    source_account LowCardinality(String),
    name LowCardinality(String),                         -- the node, or where the edge ends
    type LowCardinality(String),
    owner LowCardinality(String),                        -- the node's account
    reported Bool,                                       -- the node sent segments itself
    root Bool,                                           -- it received the first request of a trace
    started UInt32 CODEC(Delta(4), ZSTD(1)),
    ended UInt32 CODEC(Delta(4), ZSTD(1)),
    ok UInt64 CODEC(T64, ZSTD(1)),
    throttle UInt64 CODEC(T64, ZSTD(1)),
    error UInt64 CODEC(T64, ZSTD(1)),
    fault UInt64 CODEC(T64, ZSTD(1)),
    total_us UInt64 CODEC(T64, ZSTD(1)),
    response_bins Array(UInt64) CODEC(Delta(8), ZSTD(1)), -- milliseconds, see service_graph/histogram.py
    response_counts Array(UInt64) CODEC(T64, ZSTD(1)),
    duration_bins Array(UInt64) CODEC(Delta(8), ZSTD(1)),
    duration_counts Array(UInt64) CODEC(T64, ZSTD(1)),
    alias_names Array(LowCardinality(String)),           -- of edges: the names under which the caller knows the node
    alias_types Array(LowCardinality(String)),
    segments UInt64 CODEC(T64, ZSTD(1))                  -- of kind 'minute': rows of segments in that minute when it was counted
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toDate(minute)
ORDER BY (account, region, group_id, minute, kind, source_name, source_type, source_account, name, type, owner)
