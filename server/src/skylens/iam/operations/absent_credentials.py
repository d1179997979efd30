"""Credentials that nobody can have here, and of which there are therefore none: the operations that make one are refused.

Tools read these lists before they delete a user, and tools that judge an account's security read them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.iam.errors import NoSuchEntity
from skylens.iam.whose import principal_named
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from skylens.caller import Principal


@operation("iam", "ListMFADevices", quick=True)
def list_mfa_devices(call: Call, request: Input) -> Output:
    """Return no devices: there is no second factor.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html
    """
    _principal(call, request)
    return {"MFADevices": [], "IsTruncated": False}


@operation("iam", "ListVirtualMFADevices", quick=True)
def list_virtual_mfa_devices(call: Call, request: Input) -> Output:  # noqa: ARG001  # there are none of any state
    """Return no devices: there is no second factor.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html
    """
    return {"VirtualMFADevices": [], "IsTruncated": False}


@operation("iam", "ListSSHPublicKeys", quick=True)
def list_ssh_public_keys(call: Call, request: Input) -> Output:
    """Return no keys: they are for CodeCommit.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSSHPublicKeys.html
    """
    _principal(call, request)
    return {"SSHPublicKeys": [], "IsTruncated": False}


@operation("iam", "ListSigningCertificates", quick=True)
def list_signing_certificates(call: Call, request: Input) -> Output:
    """Return no certificates: they are for services that are not here.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSigningCertificates.html
    """
    _principal(call, request)
    return {"Certificates": [], "IsTruncated": False}


@operation("iam", "ListServiceSpecificCredentials", quick=True)
def list_service_specific_credentials(call: Call, request: Input) -> Output:
    """Return no credentials: they are for services that are not here.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServiceSpecificCredentials.html
    """
    if not request.get("AllUsers"):
        _principal(call, request)
    return {"ServiceSpecificCredentials": [], "IsTruncated": False}


@operation("iam", "ListServerCertificates", quick=True)
def list_server_certificates(call: Call, request: Input) -> Output:  # noqa: ARG001  # there are none of any path
    """Return no certificates: they are for services that are not here.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServerCertificates.html
    """
    return {"ServerCertificateMetadataList": [], "IsTruncated": False}


@operation("iam", "ListSAMLProviders", quick=True)
def list_saml_providers(call: Call, request: Input) -> Output:  # noqa: ARG001  # it has no parameters
    """Return no providers: SAML is not taken.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviders.html
    """
    return {"SAMLProviderList": []}


@operation("iam", "GetLoginProfile", quick=True)
def get_login_profile(call: Call, request: Input) -> Output:
    """Say that the user has no password.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetLoginProfile.html
    """
    raise _no_login_profile(_principal(call, request))


@operation("iam", "DeleteLoginProfile", quick=True)
def delete_login_profile(call: Call, request: Input) -> Output:
    """Say that the user has no password.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteLoginProfile.html
    """
    raise _no_login_profile(_principal(call, request))


def _principal(call: Call, request: Input) -> Principal:
    with call.control.read() as connection:
        return principal_named(connection, call.caller, request.get("UserName"))


def _no_login_profile(principal: Principal) -> NoSuchEntity:
    return NoSuchEntity(f"Login Profile for User {principal.name} cannot be found.")
