"""Groups, through boto3."""

import pytest


def test_a_group_is_created_read_renamed_and_deleted(iam, refused):
    made = iam.create_group(GroupName="staff", Path="/a/")["Group"]
    assert (made["Arn"], made["GroupId"][:4]) == (f"arn:aws:iam::{iam.account}:group/a/staff", "AGPA")
    answer = iam.get_group(GroupName="staff")
    assert (answer["Group"], answer["Users"], answer["IsTruncated"]) == (made, [], False)
    iam.update_group(GroupName="staff", NewGroupName="crew", NewPath="/b/")
    assert [group["Path"] for group in iam.list_groups()["Groups"]] == ["/b/"]
    iam.delete_group(GroupName="crew")
    assert refused(iam.get_group, GroupName="crew") == (
        "NoSuchEntity",
        404,
        "The group with name crew cannot be found.",
    )


def test_a_groups_users_come_in_pages(iam):
    iam.create_group(GroupName="staff")
    names = [f"user-{number}" for number in range(5)]
    for name in names:
        iam.create_user(UserName=name)
        iam.add_user_to_group(GroupName="staff", UserName=name)
    pages = list(iam.get_paginator("get_group").paginate(GroupName="staff", PaginationConfig={"PageSize": 2}))
    assert [[user["UserName"] for user in page["Users"]] for page in pages] == [names[:2], names[2:4], names[4:]]


def test_a_user_is_put_into_a_group_once_and_taken_out_once(iam, refused):
    iam.create_group(GroupName="staff")
    iam.create_user(UserName="bob")
    for _ in range(2):
        iam.add_user_to_group(GroupName="staff", UserName="bob")
    assert [group["GroupName"] for group in iam.list_groups_for_user(UserName="bob")["Groups"]] == ["staff"]
    assert refused(iam.delete_group, GroupName="staff")[:2] == ("DeleteConflict", 409)
    iam.remove_user_from_group(GroupName="staff", UserName="bob")
    assert refused(iam.remove_user_from_group, GroupName="staff", UserName="bob")[0] == "NoSuchEntity"


def test_a_user_is_in_ten_groups_at_the_most(iam, refused):
    iam.create_user(UserName="bob")
    for number in range(11):
        iam.create_group(GroupName=f"group-{number}")
    for number in range(10):
        iam.add_user_to_group(GroupName=f"group-{number}", UserName="bob")
    message = "Cannot exceed quota for GroupsPerUser: 10"
    told = refused(iam.add_user_to_group, GroupName="group-10", UserName="bob")
    assert told == ("LimitExceeded", 409, message)


@pytest.mark.parametrize("name", ["STAFF", "Staff"])
def test_names_that_differ_in_case_only_are_one_name(iam, refused, name):
    iam.create_group(GroupName="staff")
    assert refused(iam.create_group, GroupName=name)[:2] == ("EntityAlreadyExists", 409)
