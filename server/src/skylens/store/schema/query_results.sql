-- The rows of results of CloudTrail Lake's queries: kept for seven days, read page by page.
-- sharded by cityHash64(account, query_id)
CREATE TABLE query_results (
    account LowCardinality(String),
    query_id String,
    created_at DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    number UInt32 CODEC(Delta(4), ZSTD(1)),
    cells Array(String) CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toDate(created_at)
ORDER BY (account, query_id, number)
