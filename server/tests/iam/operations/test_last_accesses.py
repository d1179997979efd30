"""When services were called last, and by which policies that is allowed, through boto3."""

from datetime import UTC, datetime, timedelta

import pytest
from some_policies import READ, READ_ONLY, TRUST

from skylens.caller import Caller, Issuer, Principal, Region, Session
from skylens.iam.key_uses import KeyUses

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def called(iam, state):
    """Note that a user, or a role by a session, called a service."""

    def note(one, service, at=NOW, region="eu-west-1"):
        account, uses = iam.account, KeyUses(state)
        if "RoleId" in one:
            issuer = Issuer("Role", one["RoleId"], one["Arn"], account, one["RoleName"])
            principal = Principal(account, "arn", "AssumedRole", "AROA:s", "s", Session(issuer, at))
        else:
            principal = Principal(account, one["Arn"], "IAMUser", one["UserId"], one["UserName"])
        uses.note(Caller(principal, Region(region), "ASIAEXAMPLE"), service, at)
        uses.flush()

    return note


@pytest.fixture
def report(iam):
    """Generate a report and return it by service."""

    def ask(arn):
        job = iam.generate_service_last_accessed_details(Arn=arn)["JobId"]
        answer = iam.get_service_last_accessed_details(JobId=job)
        assert (answer["JobStatus"], answer["JobType"]) == ("COMPLETED", "SERVICE_LEVEL")
        return job, {each["ServiceNamespace"]: each for each in answer["ServicesLastAccessed"]}

    return ask


def test_a_user_s_report_names_what_its_policies_open_and_when_it_was_called(iam, called, report):
    user = iam.create_user(UserName="erin")["User"]
    iam.put_user_policy(UserName="erin", PolicyName="inline", PolicyDocument=READ)
    assert report(user["Arn"])[1] == {
        "xray": {"ServiceName": "AWS X-Ray", "ServiceNamespace": "xray", "TotalAuthenticatedEntities": 0}
    }
    called(user, "xray")
    called(user, "kms")
    job, found = report(user["Arn"])
    assert found == {
        "xray": {
            "ServiceName": "AWS X-Ray",
            "ServiceNamespace": "xray",
            "LastAuthenticated": NOW,
            "LastAuthenticatedEntity": user["Arn"],
            "LastAuthenticatedRegion": "eu-west-1",
            "TotalAuthenticatedEntities": 1,
        }
    }
    [details] = iam.get_service_last_accessed_details_with_entities(JobId=job, ServiceNamespace="xray")[
        "EntityDetailsList"
    ]
    told = {"Arn": user["Arn"], "Name": "erin", "Type": "USER", "Id": user["UserId"], "Path": "/"}
    assert details == {"EntityInfo": told, "LastAuthenticated": NOW}


def test_a_policy_s_report_is_about_all_who_have_it_through_groups_as_well(iam, called, report):
    users = [iam.create_user(UserName=name)["User"] for name in ("direct", "member", "stranger")]
    role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=TRUST)["Role"]
    group = iam.create_group(GroupName="readers")["Group"]
    iam.add_user_to_group(GroupName="readers", UserName="member")
    iam.attach_user_policy(UserName="direct", PolicyArn=READ_ONLY)
    iam.attach_group_policy(GroupName="readers", PolicyArn=READ_ONLY)
    iam.attach_role_policy(RoleName="reader", PolicyArn=READ_ONLY)
    for one, hours in ((users[0], 3), (users[1], 2), (users[2], 0), (role, 1)):
        called(one, "xray", NOW - timedelta(hours=hours))
    job, found = report(READ_ONLY)
    assert (found["xray"]["LastAuthenticatedEntity"], found["xray"]["TotalAuthenticatedEntities"]) == (role["Arn"], 3)
    pages = [iam.get_service_last_accessed_details_with_entities(JobId=job, ServiceNamespace="xray", MaxItems=2)]
    pages.append(
        iam.get_service_last_accessed_details_with_entities(
            JobId=job, ServiceNamespace="xray", Marker=pages[0]["Marker"]
        )
    )
    names = [each["EntityInfo"]["Name"] for page in pages for each in page["EntityDetailsList"]]
    assert (names, pages[1]["IsTruncated"]) == (["reader", "direct", "member"], False)
    assert report(group["Arn"])[1]["xray"]["LastAuthenticatedEntity"] == users[1]["Arn"]
    assert report(role["Arn"])[1]["xray"]["LastAuthenticated"] == NOW - timedelta(hours=1)


def test_a_namesake_inherits_no_last_access(iam, called, report):
    for made in range(2):
        user = iam.create_user(UserName="again")["User"]
        iam.attach_user_policy(UserName="again", PolicyArn=READ_ONLY)
        assert report(user["Arn"])[1]["xray"]["TotalAuthenticatedEntities"] == 0, made
        called(user, "xray")
        iam.detach_user_policy(UserName="again", PolicyArn=READ_ONLY)
        iam.delete_user(UserName="again")


def test_the_policies_that_grant_a_service_are_told_with_whose_they_are(iam):
    user = iam.create_user(UserName="erin")["User"]
    iam.create_group(GroupName="readers")
    iam.add_user_to_group(GroupName="readers", UserName="erin")
    iam.put_group_policy(GroupName="readers", PolicyName="inline", PolicyDocument=READ)
    iam.attach_user_policy(UserName="erin", PolicyArn=READ_ONLY)
    granted = iam.list_policies_granting_service_access(Arn=user["Arn"], ServiceNamespaces=["xray", "kms"])
    managed = {"PolicyName": "AWSXrayReadOnlyAccess", "PolicyType": "MANAGED", "PolicyArn": READ_ONLY}
    inline = {"PolicyName": "inline", "PolicyType": "INLINE", "EntityType": "GROUP", "EntityName": "readers"}
    assert {each["ServiceNamespace"]: each["Policies"] for each in granted["PoliciesGrantingServiceAccess"]} == {
        "kms": [],
        "xray": [managed, inline],
    }


def test_reports_of_others_and_about_others_and_of_single_actions_are_refused(iam, root, refused):
    other = root()
    theirs = other.create_user(UserName="theirs")["User"]["Arn"]
    mine = iam.create_user(UserName="mine")["User"]["Arn"]
    job = iam.generate_service_last_accessed_details(Arn=mine)["JobId"]
    assert refused(other.get_service_last_accessed_details, JobId=job)[0] == "NoSuchEntity"
    assert refused(iam.generate_service_last_accessed_details, Arn=theirs)[0] == "AccessDenied"
    assert refused(iam.generate_service_last_accessed_details, Arn=f"{mine}x")[0] == "NoSuchEntity"
    told = refused(iam.generate_service_last_accessed_details, Arn=mine, Granularity="ACTION_LEVEL")
    assert told[0] == "InvalidInput"
    asked = {"JobId": job, "ServiceNamespace": "kms"}
    assert refused(iam.get_service_last_accessed_details_with_entities, **asked)[0] == "NoSuchEntity"
    asked = {"Arn": mine, "ServiceNamespaces": ["lambda"]}
    assert refused(iam.list_policies_granting_service_access, **asked)[0] == "InvalidInput"
