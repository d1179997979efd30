"""Users, through boto3."""

from datetime import timedelta

import pytest

from skylens.clock import SystemClock


def test_a_user_is_created_read_and_deleted(iam, refused):
    made = iam.create_user(UserName="bob", Path="/staff/", Tags=[{"Key": "team", "Value": "blue"}])["User"]
    assert made["Arn"] == f"arn:aws:iam::{iam.account}:user/staff/bob"
    assert (made["UserId"][:4], len(made["UserId"])) == ("AIDA", 21)
    assert SystemClock().now() - made["CreateDate"] < timedelta(minutes=1)
    assert made["CreateDate"].microsecond == 0
    assert iam.get_user(UserName="bob")["User"] == made
    iam.delete_user(UserName="bob")
    gone = ("NoSuchEntity", 404, "The user with name bob cannot be found.")
    assert refused(iam.get_user, UserName="bob") == gone
    assert refused(iam.delete_user, UserName="bob") == gone


def test_names_that_differ_in_case_only_are_one_name(iam, refused):
    iam.create_user(UserName="Bob")
    taken = ("EntityAlreadyExists", 409, "User with name bob already exists.")
    assert refused(iam.create_user, UserName="bob") == taken
    iam.create_user(UserName="eve")
    assert refused(iam.update_user, UserName="eve", NewUserName="BOB")[0] == "EntityAlreadyExists"
    assert refused(iam.get_user, UserName="bob")[0] == "NoSuchEntity"


def test_users_are_listed_by_name_in_pages(iam):
    names = [f"user-{number:02}" for number in range(7)]
    for name in reversed(names):
        iam.create_user(UserName=name, Path="/a/" if name < "user-04" else "/b/")
    pages = list(iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 3}))
    assert [[user["UserName"] for user in page["Users"]] for page in pages] == [names[:3], names[3:6], names[6:]]
    assert [page["IsTruncated"] for page in pages] == [True, True, False]
    assert [user["UserName"] for user in iam.list_users(PathPrefix="/b/")["Users"]] == names[4:]
    assert iam.list_users(PathPrefix="/none/")["Users"] == []


def test_a_marker_that_we_did_not_give_is_refused(iam, refused):
    assert refused(iam.list_users, Marker="nonsense!") == ("ValidationError", 400, "Invalid Marker: nonsense!")


def test_a_user_keeps_everything_under_another_name(iam):
    iam.create_user(UserName="bob")
    key = iam.create_access_key(UserName="bob")["AccessKey"]["AccessKeyId"]
    iam.create_group(GroupName="staff")
    iam.add_user_to_group(GroupName="staff", UserName="bob")
    iam.update_user(UserName="bob", NewUserName="rob", NewPath="/new/")
    assert iam.get_user(UserName="rob")["User"]["Arn"] == f"arn:aws:iam::{iam.account}:user/new/rob"
    assert [each["AccessKeyId"] for each in iam.list_access_keys(UserName="rob")["AccessKeyMetadata"]] == [key]
    assert [each["GroupName"] for each in iam.list_groups_for_user(UserName="rob")["Groups"]] == ["staff"]
    iam.update_user(UserName="rob", NewUserName="ROB")
    assert iam.get_user(UserName="ROB")["User"]["UserName"] == "ROB"


@pytest.mark.parametrize(
    ("thing", "message"),
    [
        ("key", "Cannot delete entity, must delete access keys first."),
        ("inline", "Cannot delete entity, must delete policies first."),
        ("managed", "Cannot delete entity, must detach all policies first."),
        ("group", "Cannot delete entity, must remove users from group first."),
    ],
)
def test_a_user_who_has_something_left_is_not_deleted(iam, refused, thing, message):
    iam.create_user(UserName="bob")
    iam.create_group(GroupName="staff")
    arn = "arn:aws:iam::aws:policy/AWSXrayReadOnlyAccess"
    text = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"xray:Get*","Resource":"*"}]}'
    adding = {
        "key": lambda: iam.create_access_key(UserName="bob")["AccessKey"]["AccessKeyId"],
        "inline": lambda: iam.put_user_policy(UserName="bob", PolicyName="p", PolicyDocument=text),
        "managed": lambda: iam.attach_user_policy(UserName="bob", PolicyArn=arn),
        "group": lambda: iam.add_user_to_group(UserName="bob", GroupName="staff"),
    }
    made = adding[thing]()
    assert refused(iam.delete_user, UserName="bob") == ("DeleteConflict", 409, message)
    removing = {
        "key": lambda: iam.delete_access_key(UserName="bob", AccessKeyId=made),
        "inline": lambda: iam.delete_user_policy(UserName="bob", PolicyName="p"),
        "managed": lambda: iam.detach_user_policy(UserName="bob", PolicyArn=arn),
        "group": lambda: iam.remove_user_from_group(UserName="bob", GroupName="staff"),
    }
    removing[thing]()
    iam.delete_user(UserName="bob")


def test_a_new_user_of_an_old_name_inherits_nothing(iam):
    first = iam.create_user(UserName="bob")["User"]
    iam.delete_user(UserName="bob")
    assert iam.create_user(UserName="bob")["User"]["UserId"] != first["UserId"]


def test_without_a_name_the_root_user_is_told(iam):
    user = iam.get_user()["User"]
    assert (user["UserId"], user["Arn"]) == (iam.account, f"arn:aws:iam::{iam.account}:root")


@pytest.mark.parametrize(
    ("parameters", "part"),
    [
        ({"UserName": "a b"}, "Value 'a b' at 'userName' failed to satisfy constraint"),
        ({"UserName": "x" * 65}, "less than or equal to 64"),
        ({"UserName": "bob", "Path": "staff"}, "at 'path' failed to satisfy constraint"),
    ],
)
def test_names_and_paths_keep_to_the_model(iam, refused, parameters, part):
    code, status, message = refused(iam.create_user, **parameters)
    assert (code, status) == ("ValidationError", 400)
    assert part in message


def test_the_waiter_for_a_user_ends(iam):
    iam.create_user(UserName="bob")
    iam.get_waiter("user_exists").wait(UserName="bob", WaiterConfig={"Delay": 0, "MaxAttempts": 1})
