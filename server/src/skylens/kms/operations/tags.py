"""Tags of keys: give, take and list them."""

from __future__ import annotations

from skylens.kms import tag
from skylens.kms.key_id import resolve_own
from skylens.kms.page import page
from skylens.kms.revision import changing
from skylens.registry import Call, Input, Output, operation

_TAGS_PER_PAGE = 50


@operation("kms", "TagResource")
def tag_resource(call: Call, request: Input) -> Output:
    """Give a key tags.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_TagResource.html
    """
    tags = tag.from_documents(request["Tags"])
    with changing(call.control) as connection:
        key = resolve_own(connection, call.caller, request["KeyId"])
        key.check_not_pending()
        tag.add(connection, key, tags, most=call.limits.tags_per_resource)
    return {}


@operation("kms", "UntagResource")
def untag_resource(call: Call, request: Input) -> Output:
    """Take tags from a key.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_UntagResource.html
    """
    with changing(call.control) as connection:
        key = resolve_own(connection, call.caller, request["KeyId"])
        key.check_not_pending()
        tag.remove(connection, key, request["TagKeys"])
    return {}


@operation("kms", "ListResourceTags")
def list_resource_tags(call: Call, request: Input) -> Output:
    """Return a key's tags, by their keys.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_ListResourceTags.html
    """
    with call.control.read() as connection:
        tags = tag.of(connection, resolve_own(connection, call.caller, request["KeyId"]))
    chosen, rest = page(list(tags), request, str, default=_TAGS_PER_PAGE)
    return {"Tags": [{"TagKey": name, "TagValue": tags[name]} for name in chosen], **rest}
