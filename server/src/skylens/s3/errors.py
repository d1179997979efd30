"""What reading a bucket can raise, and S3's name for it."""

from skylens.registry import declare_errors


class BucketMissing(LookupError):
    """The account has no such bucket."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The specified bucket does not exist: {name}")


class ObjectMissing(LookupError):
    """The bucket has no such object."""

    def __init__(self) -> None:
        super().__init__("The specified key does not exist.")


declare_errors({BucketMissing: "NoSuchBucket", ObjectMissing: "NoSuchKey"})
