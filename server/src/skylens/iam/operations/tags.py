"""Tags of users, roles, policies, instance profiles and OpenID Connect providers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.iam import managed, named, oidc_providers, tags
from skylens.iam.errors import InvalidInput
from skylens.iam.instance_profiles import InstanceProfile
from skylens.iam.oidc_providers import OidcProvider
from skylens.iam.pages import page
from skylens.iam.revision import writing
from skylens.iam.roles import Role
from skylens.iam.users import User
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from skylens.iam.managed import ManagedPolicy

    Tagged = User | Role | ManagedPolicy | InstanceProfile | OidcProvider
    Find = Callable[[Connection, Call, Input], Tagged]


@operation("iam", "TagUser", quick=True)
def tag_user(call: Call, request: Input) -> Output:
    """Give a user tags; those of a key that it has are replaced.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagUser.html
    """
    return _tag(call, request, _user)


@operation("iam", "UntagUser", quick=True)
def untag_user(call: Call, request: Input) -> Output:
    """Take tags from a user.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagUser.html
    """
    return _untag(call, request, _user)


@operation("iam", "ListUserTags", quick=True)
def list_user_tags(call: Call, request: Input) -> Output:
    """Return the tags of a user, by key.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserTags.html
    """
    return _list(call, request, _user)


@operation("iam", "TagRole", quick=True)
def tag_role(call: Call, request: Input) -> Output:
    """Give a role tags; those of a key that it has are replaced.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html
    """
    return _tag(call, request, _role)


@operation("iam", "UntagRole", quick=True)
def untag_role(call: Call, request: Input) -> Output:
    """Take tags from a role.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html
    """
    return _untag(call, request, _role)


@operation("iam", "ListRoleTags", quick=True)
def list_role_tags(call: Call, request: Input) -> Output:
    """Return the tags of a role, by key.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoleTags.html
    """
    return _list(call, request, _role)


@operation("iam", "TagPolicy", quick=True)
def tag_policy(call: Call, request: Input) -> Output:
    """Give a managed policy tags; those of a key that it has are replaced.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagPolicy.html
    """
    return _tag(call, request, _policy)


@operation("iam", "UntagPolicy", quick=True)
def untag_policy(call: Call, request: Input) -> Output:
    """Take tags from a managed policy.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagPolicy.html
    """
    return _untag(call, request, _policy)


@operation("iam", "ListPolicyTags", quick=True)
def list_policy_tags(call: Call, request: Input) -> Output:
    """Return the tags of a managed policy, by key.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyTags.html
    """
    return _list(call, request, _policy)


@operation("iam", "TagInstanceProfile", quick=True)
def tag_instance_profile(call: Call, request: Input) -> Output:
    """Give an instance profile tags; those of a key that it has are replaced.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagInstanceProfile.html
    """
    return _tag(call, request, _profile)


@operation("iam", "UntagInstanceProfile", quick=True)
def untag_instance_profile(call: Call, request: Input) -> Output:
    """Take tags from an instance profile.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagInstanceProfile.html
    """
    return _untag(call, request, _profile)


@operation("iam", "ListInstanceProfileTags", quick=True)
def list_instance_profile_tags(call: Call, request: Input) -> Output:
    """Return the tags of an instance profile, by key.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfileTags.html
    """
    return _list(call, request, _profile)


@operation("iam", "TagOpenIDConnectProvider", quick=True)
def tag_open_id_connect_provider(call: Call, request: Input) -> Output:
    """Give an OpenID Connect provider tags; those of a key that it has are replaced.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagOpenIDConnectProvider.html
    """
    return _tag(call, request, _provider)


@operation("iam", "UntagOpenIDConnectProvider", quick=True)
def untag_open_id_connect_provider(call: Call, request: Input) -> Output:
    """Take tags from an OpenID Connect provider.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagOpenIDConnectProvider.html
    """
    return _untag(call, request, _provider)


@operation("iam", "ListOpenIDConnectProviderTags", quick=True)
def list_open_id_connect_provider_tags(call: Call, request: Input) -> Output:
    """Return the tags of an OpenID Connect provider, by key.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviderTags.html
    """
    return _list(call, request, _provider)


def _user(connection: Connection, call: Call, request: Input) -> User:
    return named.get(connection, User, call.caller.account, request["UserName"])


def _role(connection: Connection, call: Call, request: Input) -> Role:
    return named.get(connection, Role, call.caller.account, request["RoleName"])


def _policy(connection: Connection, call: Call, request: Input) -> ManagedPolicy:
    policy = managed.get(connection, call.caller.account, request["PolicyArn"])
    if policy.is_of_aws:
        raise InvalidInput(f"Policies of AWS have no tags: {policy.arn}")
    return policy


def _profile(connection: Connection, call: Call, request: Input) -> InstanceProfile:
    return named.get(connection, InstanceProfile, call.caller.account, request["InstanceProfileName"])


def _provider(connection: Connection, call: Call, request: Input) -> OidcProvider:
    return oidc_providers.get(connection, call.caller.account, request["OpenIDConnectProviderArn"])


def _tag(call: Call, request: Input, find: Find) -> Output:
    new = tags.from_documents(request["Tags"])
    with writing(call.control) as connection:
        one = find(connection, call, request)
        _store(connection, one, tags.added(one.tags, new, tells_case=_tells_case(one)))
    return {}


def _untag(call: Call, request: Input, find: Find) -> Output:
    with writing(call.control) as connection:
        one = find(connection, call, request)
        _store(connection, one, tags.removed(one.tags, request["TagKeys"], tells_case=_tells_case(one)))
    return {}


def _list(call: Call, request: Input, find: Find) -> Output:
    with call.control.read() as connection:
        found = find(connection, call, request).tags
    keys, more = page(found, request, str)
    return {"Tags": [{"Key": key, "Value": found[key]} for key in keys], **more}


def _store(connection: Connection, one: Tagged, new: dict[str, str]) -> None:
    if isinstance(one, OidcProvider):
        oidc_providers.change(connection, one, tags=new)
    else:
        named.change(connection, one, tags=new)


def _tells_case(one: Tagged) -> bool:
    return not isinstance(one, User | Role)
