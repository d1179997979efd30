-- Traces that had a document refused for size: BatchGetTraces answers LimitExceeded for them.
-- sharded by cityHash64(trace_id)
CREATE TABLE trace_limits (
    account LowCardinality(String),
    region LowCardinality(String),
    trace_id FixedString(16) CODEC(ZSTD(1)),
    refused_at DateTime('UTC') CODEC(Delta(4), ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY toDate(refused_at)
ORDER BY (account, region, trace_id)
