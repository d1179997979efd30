"""S3's operations, one file per resource noun. Importing this package registers them all."""

from skylens.s3.operations import buckets, objects

__all__ = ["buckets", "objects"]
