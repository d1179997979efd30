"""Grants: given, listed and ended; and what they say as a policy."""

import json

import pytest

from skylens.kms import grant, key_policy
from skylens.kms.errors import DryRun, InvalidGrantToken, InvalidRequest, NotFound

ALICE = "arn:aws:iam::000000000000:user/alice"
BOB = "arn:aws:iam::000000000000:user/bob"


@pytest.fixture
def give(kms):
    def run(key, operations=("Decrypt",), **request):
        return kms("CreateGrant", KeyId=key, Operations=list(operations), **{"GranteePrincipal": ALICE, **request})

    return run


def test_a_grant_is_listed_as_it_was_given(kms, new_key, give, clock):
    key = new_key()
    given = give(
        key, ("Decrypt", "Encrypt"), RetiringPrincipal=BOB, Constraints={"EncryptionContextSubset": {"a": "b"}}
    )
    assert len(given["GrantId"]) == 64
    assert kms("ListGrants", KeyId=key) == {
        "Grants": [
            {
                "KeyId": key,
                "GrantId": given["GrantId"],
                "Name": "",
                "CreationDate": clock.now(),
                "GranteePrincipal": ALICE,
                "RetiringPrincipal": BOB,
                "IssuingAccount": "arn:aws:iam::000000000000:root",
                "Operations": ["Decrypt", "Encrypt"],
                "Constraints": {"EncryptionContextSubset": {"a": "b"}},
            }
        ],
        "Truncated": False,
    }


def test_grants_are_listed_newest_first_by_grantee_by_id_and_page_by_page(kms, new_key, give):
    key = new_key()
    ids = [give(key, GranteePrincipal=who)["GrantId"] for who in (ALICE, BOB, ALICE)]
    assert [found["GrantId"] for found in kms("ListGrants", KeyId=key)["Grants"]] == ids[::-1]
    assert [g["GrantId"] for g in kms("ListGrants", KeyId=key, GranteePrincipal=ALICE)["Grants"]] == [ids[2], ids[0]]
    assert [g["GrantId"] for g in kms("ListGrants", KeyId=key, GrantId=ids[1])["Grants"]] == [ids[1]]
    first = kms("ListGrants", KeyId=key, Limit=2)
    assert [g["GrantId"] for g in kms("ListGrants", KeyId=key, Marker=first["NextMarker"])["Grants"]] == [ids[0]]


def test_the_same_grant_under_the_same_name_is_one(new_key, give):
    key = new_key()
    first, again = give(key, Name="app"), give(key, Name="app")
    other, unnamed = give(key, ("Encrypt",), Name="app"), give(key)
    assert first["GrantId"] == again["GrantId"]
    assert len({found["GrantId"] for found in (first, other, unnamed)}) == 3


def test_a_grant_is_retired_by_its_token_or_its_id_and_revoked(kms, new_key, give):
    key = new_key()
    by_token, by_id, revoked = give(key), give(key), give(key)
    with pytest.raises(DryRun):
        kms("RetireGrant", GrantToken=by_token["GrantToken"], DryRun=True)
    kms("RetireGrant", GrantToken=by_token["GrantToken"])
    kms("RetireGrant", KeyId=key, GrantId=by_id["GrantId"])
    kms("RevokeGrant", KeyId=key, GrantId=revoked["GrantId"])
    assert kms("ListGrants", KeyId=key)["Grants"] == []
    with pytest.raises(NotFound, match="Grant ID"):
        kms("RevokeGrant", KeyId=key, GrantId=revoked["GrantId"])
    for token in ("nothing", "AAAA", "é"):
        with pytest.raises(InvalidGrantToken):
            kms("RetireGrant", GrantToken=token)
    for request in ({}, {"GrantToken": "a", "KeyId": key, "GrantId": "b"}, {"KeyId": key}):
        with pytest.raises(InvalidRequest):
            kms("RetireGrant", **request)


def test_those_who_may_retire_find_their_grants(kms, new_key, give):
    mine = give(new_key(), RetiringPrincipal=BOB)
    give(new_key())
    found = kms("ListRetirableGrants", RetiringPrincipal=BOB)["Grants"]
    assert [g["GrantId"] for g in found] == [mine["GrantId"]]
    assert kms("ListRetirableGrants", RetiringPrincipal=BOB, account="111111111111")["Grants"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"GranteePrincipal": "alice"},
        {"RetiringPrincipal": "bob"},
        {"GranteeServicePrincipal": "xray.amazonaws.com"},
        {"Constraints": {"EncryptionContextEquals": {"a": "b"}, "EncryptionContextSubset": {"a": "b"}}},
        {"Operations": ["Sign"]},
        {"Operations": []},
    ],
)
def test_a_grant_that_cannot_be_is_refused(kms, new_key, wrong):
    request = {"KeyId": new_key(), "GranteePrincipal": ALICE, "Operations": ["Decrypt"], **wrong}
    with pytest.raises(InvalidRequest):
        kms("CreateGrant", **request)


def test_a_service_is_a_grantee_of_its_own_kind(kms, new_key):
    key = new_key()
    kms("CreateGrant", KeyId=key, GranteeServicePrincipal="xray.amazonaws.com", Operations=["GenerateDataKey"])
    [found] = kms("ListGrants", KeyId=key)["Grants"]
    assert found["GranteeServicePrincipal"] == "xray.amazonaws.com"
    assert "GranteePrincipal" not in found


def test_grants_are_a_policy_of_their_key(kms, new_key, give, control):
    key = new_key()
    assert len(key_policy.policies(control, key)) == 1
    give(key, ("Decrypt", "DescribeKey", "CreateGrant"), RetiringPrincipal=BOB)
    given = give(key, ("Encrypt",), Constraints={"EncryptionContextSubset": {"A": "b"}})
    own, grants = key_policy.policies(control, key)
    assert own == kms("GetKeyPolicy", KeyId=key)["Policy"]
    statements = json.loads(grants)["Statement"]
    assert given["GrantId"] not in grants
    assert [(s["Principal"]["AWS"], s["Action"]) for s in statements] == [
        (ALICE, ["kms:Encrypt"]),
        (ALICE, ["kms:Decrypt"]),
        (ALICE, ["kms:DescribeKey"]),
        (ALICE, ["kms:CreateGrant"]),
        (BOB, ["kms:RetireGrant"]),
    ]
    assert statements[0]["Condition"] == {"StringEquals": {grant.pair_key("A"): "b"}}
    assert statements[3]["Condition"]["ForAllValues:StringEquals"] == {
        "kms:GrantOperations": ["Decrypt", "DescribeKey", "CreateGrant"]
    }


def test_what_is_no_key_has_no_policies(control):
    for arn in ("*", "arn:aws:kms:us-east-1:000000000000:alias/a", "arn:aws:kms:us-east-1:000000000000:key/none"):
        assert key_policy.policies(control, arn) == ()
