"""Buckets: where files are delivered to and read from: a folder of this machine, or any endpoint that speaks S3."""
