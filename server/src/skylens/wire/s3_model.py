"""The part of S3's model that is spoken here: reading a bucket. Whatever else stands in the model is not loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME: Final = "s3"
# The operations with the members of their requests. A request that asks for anything else is refused.
OPERATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "GetBucketLocation": ("Bucket",),
    "HeadBucket": ("Bucket",),
    "ListObjects": ("Bucket", "Delimiter", "EncodingType", "Marker", "MaxKeys", "Prefix"),
    "ListObjectsV2": (
        "Bucket",
        "ContinuationToken",
        "Delimiter",
        "EncodingType",
        "FetchOwner",
        "MaxKeys",
        "Prefix",
        "StartAfter",
    ),
    "GetObject": ("Bucket", "IfMatch", "Key", "Range"),
    "HeadObject": ("Bucket", "IfMatch", "Key", "Range"),
}


def reading(model: Mapping[str, Any]) -> dict[str, Any]:
    """Return the model of these operations: requests with plain members, answers that ``rest_xml`` writes by itself."""
    shapes = model["shapes"]
    inputs = {name: model["operations"][name]["input"]["shape"] for name in OPERATIONS}
    kept = {inputs[name]: _structure(shapes[inputs[name]], members) for name, members in OPERATIONS.items()}
    errors = {error: {**shapes[error], "members": {}} for error in ("NoSuchBucket", "NoSuchKey")}
    used = {member["shape"] for shape in kept.values() for member in shape["members"].values()}
    operations = {
        name: {"http": {**model["operations"][name]["http"], "requestUri": "/"}, "input": {"shape": inputs[name]}}
        for name in OPERATIONS
    }
    scalars = {name: shapes[name] for name in sorted(used)}
    return {"metadata": model["metadata"], "operations": operations, "shapes": {**kept, **errors, **scalars}}


def _structure(shape: Mapping[str, Any], members: tuple[str, ...]) -> dict[str, Any]:
    required = [name for name in shape.get("required", ()) if name in members]
    return {
        "type": "structure",
        "required": required,
        "members": {name: {"shape": shape["members"][name]["shape"]} for name in members},
    }
