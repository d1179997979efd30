"""Aliases, tags and policies of keys."""

import json

import pytest

from skylens.kms.errors import AlreadyExists, InvalidRequest, InvalidTag, LimitExceeded, LocksOut, NotFound
from skylens.registry import MalformedPolicy


def test_an_alias_stands_for_a_key_and_then_for_another(kms, new_key, clock):
    first, second = new_key(), new_key()
    kms("CreateAlias", AliasName="alias/app/logs", TargetKeyId=first)
    made = clock.now()
    clock.advance(60)
    kms("UpdateAlias", AliasName="alias/app/logs", TargetKeyId=second)
    assert kms("ListAliases")["Aliases"] == [
        {
            "AliasName": "alias/app/logs",
            "AliasArn": "arn:aws:kms:us-east-1:000000000000:alias/app/logs",
            "TargetKeyId": second.rpartition("/")[2],
            "CreationDate": made,
            "LastUpdatedDate": clock.now(),
        }
    ]
    assert kms("DescribeKey", KeyId="alias/app/logs")["KeyMetadata"]["Arn"] == second
    assert kms("ListAliases", KeyId=first)["Aliases"] == []
    kms("DeleteAlias", AliasName="alias/app/logs")
    with pytest.raises(NotFound):
        kms("DeleteAlias", AliasName="alias/app/logs")


def test_an_alias_is_made_once(kms, new_key):
    kms("CreateAlias", AliasName="alias/a", TargetKeyId=new_key())
    with pytest.raises(AlreadyExists) as told:
        kms("CreateAlias", AliasName="alias/a", TargetKeyId=new_key())
    assert str(told.value) == "An alias with the name arn:aws:kms:us-east-1:000000000000:alias/a already exists"


@pytest.mark.parametrize("name", ["logs", "alias/", "alias/a b", "alias/a:b", "alias/aws/xray"])
def test_an_alias_must_be_called_one(kms, new_key, name):
    with pytest.raises(InvalidRequest):
        kms("CreateAlias", AliasName=name, TargetKeyId=new_key())


def test_an_alias_stays_with_keys_of_one_kind(kms, new_key):
    kms("CreateAlias", AliasName="alias/a", TargetKeyId=new_key())
    with pytest.raises(InvalidRequest, match="another kind"):
        kms("UpdateAlias", AliasName="alias/a", TargetKeyId=new_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT"))


def test_an_alias_is_taken_where_a_key_is_used_and_not_where_it_is_managed(kms, new_key):
    kms("CreateAlias", AliasName="alias/a", TargetKeyId=new_key())
    arn = "arn:aws:kms:us-east-1:000000000000:alias/a"
    for name in ("alias/a", arn):
        kms("Encrypt", KeyId=name, Plaintext=b"text")
        with pytest.raises(NotFound, match="Invalid keyId"):
            kms("DisableKey", KeyId=name)


def test_tags_are_given_taken_and_listed(kms, new_key):
    key = new_key(Tags=[{"TagKey": "b", "TagValue": "1"}, {"TagKey": "a", "TagValue": ""}])
    kms("TagResource", KeyId=key, Tags=[{"TagKey": "b", "TagValue": "2"}, {"TagKey": "c", "TagValue": "3"}])
    kms("UntagResource", KeyId=key, TagKeys=["a", "none"])
    tags = [{"TagKey": "b", "TagValue": "2"}, {"TagKey": "c", "TagValue": "3"}]
    assert kms("ListResourceTags", KeyId=key) == {"Tags": tags, "Truncated": False}
    first = kms("ListResourceTags", KeyId=key, Limit=1)
    assert kms("ListResourceTags", KeyId=key, Marker=first["NextMarker"])["Tags"] == tags[1:]


def test_tags_that_a_user_cannot_give_are_refused(kms, new_key):
    key = new_key()
    twice = [{"TagKey": "a", "TagValue": "1"}, {"TagKey": "a", "TagValue": "2"}]
    for tags in (twice, [{"TagKey": "aws:x", "TagValue": "1"}]):
        with pytest.raises(InvalidTag):
            kms("TagResource", KeyId=key, Tags=tags)
    with pytest.raises(LimitExceeded):
        kms("TagResource", KeyId=key, Tags=[{"TagKey": str(n), "TagValue": ""} for n in range(51)])


def test_a_key_has_a_policy_from_the_start(kms, new_key):
    key = new_key()
    answer = kms("GetKeyPolicy", KeyId=key)
    assert answer["PolicyName"] == "default"
    assert json.loads(answer["Policy"]) == {
        "Version": "2012-10-17",
        "Id": "key-default-1",
        "Statement": [
            {
                "Sid": "Enable IAM User Permissions",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::000000000000:root"},
                "Action": "kms:*",
                "Resource": "*",
            }
        ],
    }
    assert kms("ListKeyPolicies", KeyId=key) == {"PolicyNames": ["default"], "Truncated": False}


def test_a_policy_is_replaced_by_one_that_is_a_policy(kms, new_key):
    key = new_key()
    policy = json.dumps(json.loads(kms("GetKeyPolicy", KeyId=key)["Policy"]) | {"Id": "mine"})
    kms("PutKeyPolicy", KeyId=key, Policy=policy)
    assert kms("GetKeyPolicy", KeyId=key, PolicyName="default")["Policy"] == policy
    for wrong in ("{", "[]", "{}"):
        with pytest.raises(MalformedPolicy):
            kms("PutKeyPolicy", KeyId=key, Policy=wrong)
    with pytest.raises(LimitExceeded):
        kms("PutKeyPolicy", KeyId=key, Policy=policy + " " * 32768)
    others = policy.replace("000000000000", "111111111111")
    with pytest.raises(LocksOut) as told:
        kms("PutKeyPolicy", KeyId=key, Policy=others)
    assert str(told.value) == "The new key policy will not allow you to update the key policy in the future."
    kms("PutKeyPolicy", KeyId=key, Policy=others, BypassPolicyLockoutSafetyCheck=True)
    assert kms("GetKeyPolicy", KeyId=key)["Policy"] == others
    with pytest.raises(NotFound, match="No such policy exists"):
        kms("GetKeyPolicy", KeyId=key, PolicyName="other")
