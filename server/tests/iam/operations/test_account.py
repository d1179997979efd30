"""What is told of an account as a whole, through boto3."""

import csv
import io

import pytest
from some_policies import READ, READ_ONLY, TRUST

from skylens.iam.credential_report import COLUMNS


def test_an_account_has_one_alias_and_no_other_has_it(iam, root, refused):
    other = root()
    first, second = f"first-{iam.account}", f"second-{iam.account}"
    iam.create_account_alias(AccountAlias=first)
    iam.create_account_alias(AccountAlias=second)
    assert iam.list_account_aliases()["AccountAliases"] == [second]
    told = refused(other.create_account_alias, AccountAlias=second)
    assert told == ("EntityAlreadyExists", 409, f"The account alias {second} already exists.")
    assert refused(other.delete_account_alias, AccountAlias=second)[:2] == ("NoSuchEntity", 404)
    iam.delete_account_alias(AccountAlias=second)
    assert iam.list_account_aliases()["AccountAliases"] == []
    other.create_account_alias(AccountAlias=second)


@pytest.mark.parametrize("alias", ["ab", "Upper-case", "-begins", "ends-", "two--hyphens"])
def test_an_alias_keeps_to_its_pattern(iam, refused, alias):
    assert refused(iam.create_account_alias, AccountAlias=alias)[:2] == ("ValidationError", 400)


def test_rules_for_passwords_are_replaced_whole(iam, refused):
    missing = ("NoSuchEntity", 404, f"The Password Policy with domain name {iam.account} cannot be found.")
    assert refused(iam.get_account_password_policy) == missing
    iam.update_account_password_policy(MinimumPasswordLength=14, RequireSymbols=True, MaxPasswordAge=90)
    rules = iam.get_account_password_policy()["PasswordPolicy"]
    assert (rules["MinimumPasswordLength"], rules["RequireSymbols"], rules["ExpirePasswords"]) == (14, True, True)
    iam.update_account_password_policy(RequireNumbers=True)
    rules = iam.get_account_password_policy()["PasswordPolicy"]
    assert (rules["MinimumPasswordLength"], rules["RequireSymbols"], rules["ExpirePasswords"]) == (6, False, False)
    iam.delete_account_password_policy()
    assert refused(iam.delete_account_password_policy) == missing


def test_the_summary_counts_what_there_is(iam):
    iam.create_user(UserName="bob")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    arn = iam.create_policy(PolicyName="p", PolicyDocument=READ)["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=READ)
    summary = iam.get_account_summary()["SummaryMap"]
    names = ("Users", "Groups", "Roles", "Policies", "PolicyVersionsInUse", "AccountAccessKeysPresent", "MFADevices")
    assert [summary[name] for name in names] == [1, 0, 1, 1, 2, 1, 0]
    assert (summary["AccessKeysPerUserQuota"], summary["VersionsPerPolicyQuota"]) == (2, 5)


def test_the_report_on_credentials_has_a_line_for_each_user(iam, refused):
    assert refused(iam.get_credential_report)[:2] == ("ReportNotPresent", 410)
    iam.create_user(UserName="bob", Path="/a/")
    key = iam.create_access_key(UserName="bob")["AccessKey"]
    iam.update_access_key(UserName="bob", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    iam.create_access_key(UserName="bob")
    assert iam.generate_credential_report()["State"] == "COMPLETE"
    report = iam.get_credential_report()
    assert report["ReportFormat"] == "text/csv"
    rows = list(csv.DictReader(io.StringIO(report["Content"].decode())))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["user"], row["password_enabled"]) for row in rows] == [
        ("<root_account>", "not_supported"),
        ("bob", "false"),
    ]
    bob = rows[1]
    assert bob["arn"] == f"arn:aws:iam::{iam.account}:user/a/bob"
    assert {bob["access_key_1_active"], bob["access_key_2_active"]} == {"true", "false"}
    assert (bob["access_key_1_last_used_date"], bob["mfa_active"]) == ("N/A", "false")


def test_everything_is_told_in_one_list(iam):
    policy = iam.create_policy(PolicyName="p", PolicyDocument=READ)["Policy"]["Arn"]
    iam.create_group(GroupName="staff")
    iam.put_group_policy(GroupName="staff", PolicyName="inline", PolicyDocument=READ)
    iam.create_user(UserName="bob", PermissionsBoundary=policy, Tags=[{"Key": "a", "Value": "b"}])
    iam.add_user_to_group(GroupName="staff", UserName="bob")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    iam.attach_role_policy(RoleName="r", PolicyArn=READ_ONLY)
    iam.create_instance_profile(InstanceProfileName="i")
    iam.add_role_to_instance_profile(InstanceProfileName="i", RoleName="r")
    told = iam.get_account_authorization_details()
    (user,), (group,), (role,) = told["UserDetailList"], told["GroupDetailList"], told["RoleDetailList"]
    assert (user["GroupList"], user["Tags"]) == (["staff"], [{"Key": "a", "Value": "b"}])
    assert user["PermissionsBoundary"]["PermissionsBoundaryArn"] == policy
    assert [each["PolicyName"] for each in group["GroupPolicyList"]] == ["inline"]
    assert group["GroupPolicyList"][0]["PolicyDocument"]["Version"] == "2012-10-17"
    assert [each["PolicyArn"] for each in role["AttachedManagedPolicies"]] == [READ_ONLY]
    assert [each["InstanceProfileName"] for each in role["InstanceProfileList"]] == ["i"]
    assert [each["PolicyName"] for each in told["Policies"]] == ["p", "AWSXrayReadOnlyAccess"]
    assert told["Policies"][0]["PolicyVersionList"][0]["Document"]["Version"] == "2012-10-17"


def test_the_list_of_everything_comes_in_pages_and_by_kind(iam):
    for name in ("a", "b"):
        iam.create_user(UserName=name)
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    pages = list(iam.get_paginator("get_account_authorization_details").paginate(PaginationConfig={"PageSize": 3}))
    found = [[len(page[name]) for name in ("UserDetailList", "RoleDetailList")] for page in pages]
    assert found == [[2, 1], [0, 1]]
    only = iam.get_account_authorization_details(Filter=["Role"])
    assert (len(only["UserDetailList"]), len(only["RoleDetailList"])) == (0, 2)


def test_what_nobody_can_have_is_told_to_be_absent(iam, refused):
    iam.create_user(UserName="bob")
    assert iam.list_mfa_devices(UserName="bob")["MFADevices"] == []
    assert iam.list_virtual_mfa_devices()["VirtualMFADevices"] == []
    assert iam.list_ssh_public_keys(UserName="bob")["SSHPublicKeys"] == []
    assert iam.list_signing_certificates(UserName="bob")["Certificates"] == []
    assert iam.list_service_specific_credentials(UserName="bob")["ServiceSpecificCredentials"] == []
    assert iam.list_server_certificates()["ServerCertificateMetadataList"] == []
    assert iam.list_saml_providers()["SAMLProviderList"] == []
    for call in (iam.get_login_profile, iam.delete_login_profile):
        told = refused(call, UserName="bob")
        assert told == ("NoSuchEntity", 404, "Login Profile for User bob cannot be found.")
    assert refused(iam.list_mfa_devices, UserName="eve")[0] == "NoSuchEntity"
    assert refused(iam.create_login_profile, UserName="bob", Password="x")[:2] == ("NotImplemented", 501)
