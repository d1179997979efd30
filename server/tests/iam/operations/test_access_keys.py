"""Access keys, through boto3."""

import pytest


@pytest.fixture
def bob(iam):
    return iam.create_user(UserName="bob")["User"]


@pytest.mark.usefixtures("bob")
def test_a_key_tells_its_secret_once_and_its_account_always(iam):
    key = iam.create_access_key(UserName="bob")["AccessKey"]
    assert (key["UserName"], key["Status"], len(key["SecretAccessKey"])) == ("bob", "Active", 40)
    (listed,) = iam.list_access_keys(UserName="bob")["AccessKeyMetadata"]
    assert listed == {name: key[name] for name in ("UserName", "AccessKeyId", "Status", "CreateDate")}


@pytest.mark.usefixtures("bob")
def test_a_user_has_two_keys_at_the_most(iam, refused):
    for _ in range(2):
        iam.create_access_key(UserName="bob")
    message = "Cannot exceed quota for AccessKeysPerUser: 2"
    assert refused(iam.create_access_key, UserName="bob") == ("LimitExceeded", 409, message)


def test_a_key_signs_for_its_user_until_it_is_made_inactive(iam, bob, connect, refused):
    key = iam.create_access_key(UserName="bob")["AccessKey"]
    iam.attach_user_policy(UserName="bob", PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess")
    own = connect((key["AccessKeyId"], key["SecretAccessKey"]))
    assert own.get_user()["User"]["UserId"] == bob["UserId"]
    iam.update_access_key(UserName="bob", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    assert refused(own.get_user)[:2] == ("InvalidClientTokenId", 403)
    iam.update_access_key(UserName="bob", AccessKeyId=key["AccessKeyId"], Status="Active")
    assert own.get_user()["User"]["UserName"] == "bob"
    iam.delete_access_key(UserName="bob", AccessKeyId=key["AccessKeyId"])
    assert refused(own.get_user)[:2] == ("InvalidClientTokenId", 403)


@pytest.mark.usefixtures("bob")
def test_a_key_of_somebody_else_is_not_found(iam, refused, root):
    other = root()
    other.create_user(UserName="bob")
    theirs = other.create_access_key(UserName="bob")["AccessKey"]["AccessKeyId"]
    missing = ("NoSuchEntity", 404, f"The Access Key with id {theirs} cannot be found.")
    assert refused(iam.update_access_key, UserName="bob", AccessKeyId=theirs, Status="Inactive") == missing
    assert refused(iam.delete_access_key, UserName="bob", AccessKeyId=theirs) == missing
    assert refused(iam.get_access_key_last_used, AccessKeyId=theirs) == missing
    assert refused(iam.list_access_keys, UserName="eve")[0] == "NoSuchEntity"


@pytest.mark.usefixtures("bob")
def test_a_key_is_active_or_inactive(iam, refused):
    key = iam.create_access_key(UserName="bob")["AccessKey"]["AccessKeyId"]
    told = refused(iam.update_access_key, UserName="bob", AccessKeyId=key, Status="Expired")
    assert told[:2] == ("InvalidInput", 400)
    assert refused(iam.update_access_key, UserName="bob", AccessKeyId=key, Status="off")[:2] == ("ValidationError", 400)


@pytest.mark.usefixtures("bob")
def test_a_key_that_was_never_used_says_so(iam):
    key = iam.create_access_key(UserName="bob")["AccessKey"]["AccessKeyId"]
    told = iam.get_access_key_last_used(AccessKeyId=key)
    assert (told["UserName"], told["AccessKeyLastUsed"]) == ("bob", {"ServiceName": "N/A", "Region": "N/A"})


def test_the_root_users_keys_are_listed_without_a_name(iam):
    (key,) = iam.list_access_keys()["AccessKeyMetadata"]
    assert key["Status"] == "Active"
    assert "UserName" not in key
