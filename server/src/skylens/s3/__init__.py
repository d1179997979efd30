"""S3, so much of it as reads the buckets that are folders: for ``aws cloudtrail validate-logs`` and whoever fetches logs."""
