-- Where the floating rows of a trace are (see segments.sql). Written before the segments themselves: a crash between
-- the two leaves a location that points at nothing, which a reader does not notice.
-- sharded by cityHash64(trace_id)
CREATE TABLE trace_locations (
    account LowCardinality(String),
    region LowCardinality(String),
    trace_id FixedString(16) CODEC(ZSTD(1)),
    trace_ts DateTime('UTC') CODEC(Delta(4), ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY toDate(trace_ts)
ORDER BY (account, region, trace_id, trace_ts)
