-- One row for each segment or independent subsegment document that was accepted, as it arrived; duplicates and
-- in-progress versions included (readers keep the best of each id).
--
-- trace_ts orders the table: the second in the trace id where that is plausible for this row (up to 24 h before the
-- segment's start), so that all rows of a trace lie together and a trace is found by its id alone. Where the id says
-- nothing (W3C ids are random) the row floats: trace_ts is its own start, and trace_locations remembers it.
--
-- A small granule makes a trace cheap to find (5 rows of a million in 4 ms) and costs 0.6 bytes a row. A part stays in one file
-- until it has 64 MB: that saves a tenth of the inserts' CPU, and each commit has 19 files to sync instead of 165.
-- sharded by cityHash64(trace_id)
CREATE TABLE segments (
    account LowCardinality(String),
    region LowCardinality(String),
    trace_ts DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    trace_id FixedString(16) CODEC(ZSTD(1)),
    id FixedString(8) CODEC(NONE),
    floating Bool,
    received_at DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    parent_id FixedString(8) CODEC(ZSTD(1)),            -- zeros: none
    is_subsegment Bool,
    in_progress Bool,                                    -- of the document itself
    partial Bool,                                        -- the document or anything inside it is in progress
    has_links Bool,
    start_us Int64 CODEC(Delta(8), ZSTD(1)),             -- microseconds since the epoch
    duration_us UInt64 CODEC(T64, ZSTD(1)),              -- end - start, clamped at 0; 0 while in progress
    full_duration_us UInt64 CODEC(T64, ZSTD(1)),         -- until the last embedded subsegment has ended
    name LowCardinality(String),
    origin LowCardinality(String),
    account_id LowCardinality(String),                   -- aws.account_id of the document, or ''
    fault Bool,
    error Bool,
    throttle Bool,
    any_throttle Bool,                                   -- the document or any embedded subsegment
    http_url String CODEC(ZSTD(1)),
    http_method LowCardinality(String),
    http_status UInt16,                                  -- 0: none
    http_user_agent LowCardinality(String),
    http_client_ip String CODEC(ZSTD(1)),
    users Array(String) CODEC(ZSTD(1)),                  -- distinct user values in the document
    annotations Array(String) CODEC(ZSTD(1)),            -- 'key=s:text', 'key=n:1.5', 'key=b:true'; distinct
    resource_arns Array(LowCardinality(String)),
    instance_ids Array(LowCardinality(String)),
    availability_zones Array(LowCardinality(String)),
    `sub.id` Array(FixedString(8)) CODEC(ZSTD(1)),       -- every embedded subsegment, depth first; a streamed one itself first
    `sub.name` Array(LowCardinality(String)),            -- name as sent
    `sub.node_name` Array(LowCardinality(String)),       -- the node inferred when nobody reports the call; '' when it is no call
    `sub.node_type` Array(LowCardinality(String)),
    `sub.node_account` Array(LowCardinality(String)),
    `sub.duration_us` Array(UInt64) CODEC(T64, ZSTD(1)),
    `sub.flags` Array(UInt8),                            -- 1 fault, 2 error, 4 throttle, 8 traced, 16 in progress
    document String CODEC(ZSTD(1)),                      -- the document, byte for byte
    INDEX by_annotation annotations TYPE text(tokenizer = 'array'),
    INDEX by_received received_at TYPE minmax,
    INDEX by_start start_us TYPE minmax
)
ENGINE = MergeTree
PARTITION BY toDate(trace_ts)
ORDER BY (account, region, trace_ts, trace_id, id)
SETTINGS index_granularity = 512, min_bytes_for_wide_part = 67108864
