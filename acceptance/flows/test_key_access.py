"""Who may use keys: key policies, grants, other accounts, and X-Ray on an account's behalf; X-Ray's own resource policies."""

import json
import subprocess
import sys
import time
import zlib

import pytest
from botocore.exceptions import ClientError
from documents import checkout, put
from servers import new_server

OTHER = "444455556666"


def refused(call, **request):
    """The code and the message of a refused call."""
    with pytest.raises(ClientError) as told:
        call(**request)
    return told.value.response["Error"]["Code"], told.value.response["Error"]["Message"]


def a_statement(action, principal=None, effect="Allow", **more):
    named = {"Principal": {"AWS": principal} if principal and principal != "*" else principal} if principal else {}
    return {"Effect": effect, "Action": action, "Resource": "*", **named, **more}


def a_policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    started = new_server(tmp_path_factory.mktemp("keys"))
    started.start()
    yield started
    started.stop()


@pytest.fixture
def somebody(server, request):
    """Make a user with these statements as its policy; returns its ARN and a function that makes its clients."""
    iam = server.client("iam")

    def make(name, *statements):
        user = f"{name}-{zlib.crc32(request.node.name.encode())}"
        arn = iam.create_user(UserName=user)["User"]["Arn"]
        if statements:
            iam.put_user_policy(UserName=user, PolicyName="p", PolicyDocument=a_policy(*statements))
        key = iam.create_access_key(UserName=user)["AccessKey"]
        credentials = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
        return arn, lambda service: server.client(service, **credentials)

    return make


@pytest.fixture
def kms(server):
    return server.client("kms")


@pytest.fixture
def key(kms):
    return kms.create_key()["KeyMetadata"]["Arn"]


@pytest.fixture(scope="module")
def neighbour(server):
    """A client of another account's root user."""
    command = [sys.executable, "-m", "skylens.cli", "accounts", "create", OTHER, "--json", "--data", str(server.data)]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    def client(service):
        names = {f"aws_{name}": told[name] for name in ("access_key_id", "secret_access_key")}
        return server.client(service, **names)

    return client


def test_a_grant_lets_a_user_without_policies_do_just_what_it_says(kms, key, somebody):
    bob, clients = somebody("bob")
    mine = clients("kms")
    blob = kms.encrypt(KeyId=key, Plaintext=b"text", EncryptionContext={"Team": "blue", "stage": "1"})["CiphertextBlob"]
    context = {"Team": "blue", "stage": "1"}
    assert refused(mine.decrypt, CiphertextBlob=blob, EncryptionContext=context)[0] == "AccessDeniedException"
    given = kms.create_grant(
        KeyId=key,
        GranteePrincipal=bob,
        RetiringPrincipal=bob,
        Operations=["Decrypt"],
        Constraints={"EncryptionContextSubset": {"Team": "blue"}},
    )
    opened = mine.decrypt(CiphertextBlob=blob, EncryptionContext=context, GrantTokens=[given["GrantToken"]])
    assert opened["Plaintext"] == b"text"
    for wrong in ({"Team": "red", "stage": "1"}, {"stage": "1"}, {"team": "blue", "stage": "1"}):
        assert refused(mine.decrypt, CiphertextBlob=blob, EncryptionContext=wrong)[0] == "AccessDeniedException"
    assert refused(mine.encrypt, KeyId=key, Plaintext=b"x", EncryptionContext=context)[0] == "AccessDeniedException"
    mine.retire_grant(GrantToken=given["GrantToken"])
    assert refused(mine.decrypt, CiphertextBlob=blob, EncryptionContext=context)[0] == "AccessDeniedException"


def test_a_grant_for_one_context_is_for_no_larger_one(kms, key, somebody):
    bob, clients = somebody("bob")
    kms.create_grant(
        KeyId=key,
        GranteePrincipal=bob,
        Operations=["Encrypt"],
        Constraints={"EncryptionContextEquals": {"a": "b"}},
    )
    mine = clients("kms")
    assert mine.encrypt(KeyId=key, Plaintext=b"x", EncryptionContext={"a": "b"})["CiphertextBlob"]
    for wrong in ({}, {"a": "b", "c": "d"}, {"A": "b"}):
        assert refused(mine.encrypt, KeyId=key, Plaintext=b"x", EncryptionContext=wrong)[0] == "AccessDeniedException"


def test_whoever_may_pass_a_grant_on_passes_on_no_more(kms, key, somebody):
    bob, bobs = somebody("bob")
    carol, carols = somebody("carol")
    constraints = {"EncryptionContextSubset": {"a": "b"}}
    kms.create_grant(KeyId=key, GranteePrincipal=bob, Operations=["CreateGrant", "Encrypt"], Constraints=constraints)
    mine = bobs("kms")
    wider = [
        {"Operations": ["Encrypt"]},
        {"Operations": ["Encrypt", "Decrypt"], "Constraints": constraints},
        {"Operations": ["Encrypt"], "Constraints": {"EncryptionContextSubset": {"a": "c"}}},
    ]
    for request in wider:
        assert refused(mine.create_grant, KeyId=key, GranteePrincipal=carol, **request)[0] == "AccessDeniedException"
    mine.create_grant(KeyId=key, GranteePrincipal=carol, Operations=["Encrypt"], Constraints=constraints)
    assert carols("kms").encrypt(KeyId=key, Plaintext=b"x", EncryptionContext={"a": "b"})["CiphertextBlob"]


def test_only_those_named_retire_a_grant_and_only_that_one(kms, key, somebody):
    bob, bobs = somebody("bob")
    carol, carols = somebody("carol")
    mine = kms.create_grant(KeyId=key, GranteePrincipal=carol, RetiringPrincipal=bob, Operations=["Encrypt"])
    other = kms.create_grant(KeyId=key, GranteePrincipal=carol, Operations=["Encrypt"])
    for client, token in ((carols("kms"), mine["GrantToken"]), (bobs("kms"), other["GrantToken"])):
        assert refused(client.retire_grant, GrantToken=token)[0] == "AccessDeniedException"
    bobs("kms").retire_grant(KeyId=key, GrantId=mine["GrantId"])
    assert [grant["GrantId"] for grant in kms.list_grants(KeyId=key)["Grants"]] == [other["GrantId"]]


def test_a_policy_that_locks_its_author_out_is_refused_unless_asked_for(kms, key, somebody):
    bob, bobs = somebody("bob")
    policy = a_policy(a_statement("kms:*", bob))
    assert refused(kms.put_key_policy, KeyId=key, Policy=policy) == (
        "MalformedPolicyDocumentException",
        "The new key policy will not allow you to update the key policy in the future.",
    )
    assert refused(kms.create_key, Policy=policy)[0] == "MalformedPolicyDocumentException"
    kms.put_key_policy(KeyId=key, Policy=policy, BypassPolicyLockoutSafetyCheck=True)
    assert refused(kms.describe_key, KeyId=key)[0] == "AccessDeniedException"
    assert bobs("kms").describe_key(KeyId=key)["KeyMetadata"]["Arn"] == key
    code, message = refused(bobs("kms").put_key_policy, KeyId=key, Policy='{"Statement": []}')
    assert (code, "Syntax" in message) == ("MalformedPolicyDocumentException", True)


def test_re_encryption_needs_both_keys(kms, key, somebody):
    target = kms.create_key()["KeyMetadata"]["Arn"]
    statements = [{"Effect": "Allow", "Action": "kms:ReEncryptFrom", "Resource": key}]
    _, clients = somebody("bob", *statements, {"Effect": "Allow", "Action": "kms:ReEncryptTo", "Resource": key})
    blob = kms.encrypt(KeyId=key, Plaintext=b"text")["CiphertextBlob"]
    mine = clients("kms")
    assert mine.re_encrypt(CiphertextBlob=blob, DestinationKeyId=key)["SourceKeyId"] == key
    code, message = refused(mine.re_encrypt, CiphertextBlob=blob, DestinationKeyId=target)
    assert (code, f"kms:ReEncryptTo on resource: {target}" in message) == ("AccessDeniedException", True)


def test_an_alias_is_made_by_those_who_may_on_both(key, somebody):
    alias = f"arn:aws:kms:us-east-1:000000000000:alias/{key[-12:]}"
    _, clients = somebody("bob", {"Effect": "Allow", "Action": "kms:CreateAlias", "Resource": alias})
    code, message = refused(clients("kms").create_alias, AliasName=f"alias/{key[-12:]}", TargetKeyId=key)
    assert (code, key in message) == ("AccessDeniedException", True)


def test_another_account_uses_a_key_that_its_policy_names_it_in_and_manages_none(kms, key, neighbour):
    theirs = neighbour("kms")
    assert refused(theirs.encrypt, KeyId=key, Plaintext=b"x")[0] == "AccessDeniedException"
    own = a_statement("kms:*", "arn:aws:iam::000000000000:root")
    kms.put_key_policy(KeyId=key, Policy=a_policy(own, a_statement("kms:*", f"arn:aws:iam::{OTHER}:root")))
    blob = theirs.encrypt(KeyId=key, Plaintext=b"text")["CiphertextBlob"]
    assert theirs.decrypt(CiphertextBlob=blob)["KeyId"] == key
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"text"
    for managing in (theirs.disable_key, theirs.schedule_key_deletion, theirs.rotate_key_on_demand):
        assert refused(managing, KeyId=key)[0] == "NotFoundException"
    assert refused(theirs.put_key_policy, KeyId=key, Policy=a_policy(own))[0] == "NotFoundException"
    assert theirs.list_keys()["Keys"] == []
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["Enabled"]


def test_nothing_of_another_account_s_key_is_told_without_its_policy(kms, key, neighbour):
    theirs = neighbour("kms")
    blob = kms.encrypt(KeyId=key, Plaintext=b"text")["CiphertextBlob"]
    attempts = [
        (theirs.decrypt, {"CiphertextBlob": blob}),
        (theirs.describe_key, {"KeyId": key}),
        (theirs.get_key_policy, {"KeyId": key}),
        (theirs.list_grants, {"KeyId": key}),
        (theirs.list_resource_tags, {"KeyId": key}),
        (theirs.disable_key, {"KeyId": key}),
        (
            theirs.create_grant,
            {"KeyId": key, "GranteePrincipal": f"arn:aws:iam::{OTHER}:root", "Operations": ["Decrypt"]},
        ),
        (theirs.generate_data_key, {"KeyId": key, "KeySpec": "AES_256"}),
        (theirs.schedule_key_deletion, {"KeyId": key}),
    ]
    assert [refused(call, **request)[0] for call, request in attempts] == ["AccessDeniedException"] * len(attempts)


def test_a_decoded_denial_does_not_tell_whether_another_account_has_the_key(key, neighbour):
    def explained(asked):
        with pytest.raises(ClientError) as told:
            neighbour("kms").describe_key(KeyId=asked)
        message = told.value.response["ResponseMetadata"]["HTTPHeaders"]["x-skylens-encoded-authorization-message"]
        decoded = neighbour("sts").decode_authorization_message(EncodedMessage=message)["DecodedMessage"]
        about = json.loads(decoded)
        keys = [each["key"] for each in about["context"].pop("conditions")["items"]]
        assert about["context"].pop("resource") == asked
        return about, keys

    absent = f"{key.rpartition('/')[0]}/00000000-0000-4000-8000-000000000000"
    assert explained(key) == explained(absent)


def test_whoever_reads_encrypted_traces_needs_the_key_and_whoever_sends_does_not(server, kms, key, somebody):
    xray = server.client("xray")
    reading = {"Effect": "Allow", "Action": ["xray:Batch*", "xray:Get*"], "Resource": "*"}
    _, sender = somebody("sender", {"Effect": "Allow", "Action": "xray:PutTraceSegments", "Resource": "*"})
    _, stranger = somebody("stranger", reading)
    _, reader = somebody("reader", reading, {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": key})
    xray.put_encryption_config(Type="KMS", KeyId=key)
    document = checkout("sealed")
    assert put(sender("xray"), document) == []
    found = reader("xray").batch_get_traces(TraceIds=[document["trace_id"]])["Traces"]
    assert len(found) == 1
    code, message = refused(stranger("xray").batch_get_traces, TraceIds=[document["trace_id"]])
    assert (code, f"kms:Decrypt on resource: {key}" in message) == ("AccessDeniedException", True)
    own = a_statement("kms:*", "arn:aws:iam::000000000000:root")
    kms.put_key_policy(KeyId=key, Policy=a_policy(own, a_statement("kms:Decrypt", "*", effect="Deny")))
    code, _ = refused(reader("xray").batch_get_traces, TraceIds=[document["trace_id"]])
    assert code == "AccessDeniedException"
    xray.put_encryption_config(Type="NONE")


def test_x_ray_is_given_a_key_only_by_those_who_may_grant_it_and_loses_it_with_its_grant(server, kms, key, somebody):
    xray = server.client("xray")
    _, clients = somebody(
        "bob", {"Effect": "Allow", "Action": ["xray:*", "kms:DescribeKey", "kms:Decrypt"], "Resource": "*"}
    )
    code, message = refused(clients("xray").put_encryption_config, Type="KMS", KeyId=key)
    assert (code, "kms:CreateGrant" in message) == ("AccessDeniedException", True)
    assert xray.get_encryption_config()["EncryptionConfig"]["Type"] == "NONE"
    xray.put_encryption_config(Type="KMS", KeyId=key)
    assert put(xray, checkout("granted")) == []
    [grant] = kms.list_grants(KeyId=key)["Grants"]
    kms.revoke_grant(KeyId=key, GrantId=grant["GrantId"])
    code, message = refused(xray.put_trace_segments, TraceSegmentDocuments=[json.dumps(checkout("revoked"))])
    assert (code, "kms:" in message) == ("AccessDeniedException", True)
    xray.put_encryption_config(Type="NONE")
    assert put(xray, checkout("plain")) == []


def test_uses_of_a_key_by_x_ray_are_on_record(server, key, eventually):
    xray = server.client("xray")
    xray.put_encryption_config(Type="KMS", KeyId=key)
    xray.put_encryption_config(Type="NONE")
    wanted = [{"AttributeKey": "EventName", "AttributeValue": "GenerateDataKey"}]

    def records():
        events = server.client("cloudtrail").lookup_events(LookupAttributes=wanted)["Events"]
        return [json.loads(event["CloudTrailEvent"]) for event in events if key in event["CloudTrailEvent"]]

    [record] = eventually(records)
    assert record["userIdentity"]["invokedBy"] == "xray.amazonaws.com"
    assert record["requestParameters"]["encryptionContext"]["aws:xray:account"] == "000000000000"
    assert record["responseElements"] is None


@pytest.fixture
def xray(server):
    client = server.client("xray")
    yield client
    for policy in client.list_resource_policies()["ResourcePolicies"]:
        client.delete_resource_policy(PolicyName=policy["PolicyName"])


def test_a_resource_policy_lets_a_user_in_who_has_none_and_keeps_everybody_out(xray, somebody):
    bob, clients = somebody("bob")
    mine = clients("xray")
    assert refused(mine.get_groups)[0] == "AccessDeniedException"
    xray.put_resource_policy(PolicyName="bob", PolicyDocument=a_policy(a_statement("xray:GetGroups", bob)))
    assert mine.get_groups()["Groups"]
    assert refused(mine.get_sampling_rules)[0] == "AccessDeniedException"
    nobody = a_policy(a_statement("xray:GetGroups", "*", effect="Deny"))
    xray.put_resource_policy(PolicyName="nobody", PolicyDocument=nobody)
    for client in (mine, xray):
        code, message = refused(client.get_groups)
        assert (code, message.endswith("with an explicit deny in a resource-based policy")) == (
            "AccessDeniedException",
            True,
        )
    xray.delete_resource_policy(PolicyName="nobody")
    assert mine.get_groups()["Groups"]


def test_a_policy_of_one_region_says_nothing_in_another(server, somebody):
    bob, clients = somebody("bob")
    there = server.client("xray", region_name="eu-west-1")
    there.put_resource_policy(PolicyName="bob", PolicyDocument=a_policy(a_statement("xray:GetGroups", bob)))
    assert refused(clients("xray").get_groups)[0] == "AccessDeniedException"
    there.delete_resource_policy(PolicyName="bob")


def test_revisions_of_a_policy_are_counted_and_expected(xray):
    policy = a_policy(a_statement("xray:PutTraceSegments", "*"))
    first = xray.put_resource_policy(PolicyName="p", PolicyDocument=policy, PolicyRevisionId="0")["ResourcePolicy"]
    assert (first["PolicyName"], first["PolicyDocument"], first["PolicyRevisionId"]) == ("p", policy, "1")
    for wrong in ("0", "2", "x"):
        code, _ = refused(xray.put_resource_policy, PolicyName="p", PolicyDocument=policy, PolicyRevisionId=wrong)
        assert code == "InvalidPolicyRevisionIdException"
        code, _ = refused(xray.delete_resource_policy, PolicyName="p", PolicyRevisionId=wrong)
        assert code == "InvalidPolicyRevisionIdException"
    for revision in ("1", None):
        more = {"PolicyRevisionId": revision} if revision else {}
        again = xray.put_resource_policy(PolicyName="p", PolicyDocument=policy, **more)["ResourcePolicy"]
    assert again["PolicyRevisionId"] == "3"
    assert [p["PolicyRevisionId"] for p in xray.list_resource_policies()["ResourcePolicies"]] == ["3"]
    xray.delete_resource_policy(PolicyName="p", PolicyRevisionId="3")
    xray.delete_resource_policy(PolicyName="p")
    assert xray.list_resource_policies()["ResourcePolicies"] == []
    code, _ = refused(xray.put_resource_policy, PolicyName="p", PolicyDocument=policy, PolicyRevisionId="3")
    assert code == "InvalidPolicyRevisionIdException"


def test_there_are_at_most_five_policies_of_five_kilobytes(xray):
    policy = a_policy(a_statement("xray:PutTraceSegments", "*"))
    for number in range(5):
        xray.put_resource_policy(PolicyName=f"p{number}", PolicyDocument=policy)
    code, _ = refused(xray.put_resource_policy, PolicyName="p5", PolicyDocument=policy)
    assert code == "PolicyCountLimitExceededException"
    code, _ = refused(xray.put_resource_policy, PolicyName="p0", PolicyDocument=policy + " " * 5120)
    assert code == "PolicySizeLimitExceededException"
    code, _ = refused(xray.put_resource_policy, PolicyName="p0", PolicyDocument="{")
    assert code == "MalformedPolicyDocumentException"


def test_a_resource_policy_that_locks_its_author_out_is_refused_unless_asked_for(xray):
    policy = a_policy(a_statement("xray:PutResourcePolicy", "*", effect="Deny"))
    code, _ = refused(xray.put_resource_policy, PolicyName="p", PolicyDocument=policy)
    assert code == "LockoutPreventionException"
    xray.put_resource_policy(PolicyName="p", PolicyDocument=policy, BypassPolicyLockoutCheck=True)
    assert refused(xray.put_resource_policy, PolicyName="q", PolicyDocument=policy)[0] == "AccessDeniedException"
    assert time.time() - xray.list_resource_policies()["ResourcePolicies"][0]["LastUpdatedTime"].timestamp() < 60
