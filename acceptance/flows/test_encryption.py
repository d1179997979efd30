"""Encryption at rest: with a key of KMS the store holds no document in clear, and nobody reads it without the key."""

import json
import subprocess
import sys
import time

import pytest
from botocore.exceptions import ClientError
from documents import checkout, put

SECRET = "correct-horse-battery-staple"


def secret_document(number: int, secret: str = SECRET) -> dict:
    """A document that says the secret wherever a user's content can stand and no search needs it."""
    document = checkout(f"vault-{number}")
    document["metadata"] = {"default": {"note": f"metadata-{secret}"}}
    document["sql"] = {"sanitized_query": f"SELECT sql-{secret}", "user": f"dbuser-{secret}"}
    exceptions = [
        {"id": "00000000000000ab", "message": f"exception-{secret}", "type": "E", "stack": [{"label": secret}]}
    ]
    document["cause"] = {"working_directory": f"/{secret}", "exceptions": exceptions}
    document["fault"] = True
    return document


# The engine compresses what it writes, so that nothing can be found in its files as they are: they are read through it.
READ_EVERYTHING = """
import sys, clickhouse_connect
client = clickhouse_connect.get_client(interface="chdb", path=sys.argv[1] + "/store/data")
tables = "SELECT database, name FROM system.tables WHERE database NOT IN ('system', 'INFORMATION_SCHEMA', 'information_schema')"
for database, name in client.query(tables).result_rows:
    sys.stdout.buffer.write(client.raw_query(f"SELECT * FROM `{database}`.`{name}` FORMAT JSONEachRow"))
"""


def stored(server) -> bytes:
    """Everything that a stopped server left behind: every row of every table of the store, and all files as they are."""
    command = [sys.executable, "-c", READ_EVERYTHING, str(server.data)]
    rows = subprocess.run(command, capture_output=True, check=True, timeout=120).stdout
    files = [path.read_bytes() for path in server.data.rglob("*") if path.is_file()]
    return b"\n".join([rows, *files, server.log().encode()])


def shown(xray, document: dict) -> str:
    """The documents of its trace, as BatchGetTraces shows them."""
    [trace] = xray.batch_get_traces(TraceIds=[document["trace_id"]])["Traces"]
    return json.dumps([segment["Document"] for segment in trace["Segments"]])


def refused(operation, **request):
    with pytest.raises(ClientError) as told:
        operation(**request)
    return told.value.response["Error"]["Code"], told.value.response["Error"]["Message"]


@pytest.fixture
def server(own_skylens):
    return own_skylens()


def test_nothing_of_a_document_s_content_is_stored_once_there_is_a_key(server):
    xray, kms = server.client("xray"), server.client("kms")
    assert put(xray, plain := secret_document(0, "plain")) == []
    key = kms.create_key()["KeyMetadata"]["Arn"]
    assert xray.put_encryption_config(Type="KMS", KeyId=key)["EncryptionConfig"] == {
        "Type": "KMS",
        "KeyId": key,
        "Status": "UPDATING",
    }
    documents = [secret_document(number, SECRET) for number in range(1, 50)]
    assert put(xray, *documents) == []
    now = time.time()
    summaries = xray.get_trace_summaries(StartTime=now - 600, EndTime=now + 60)["TraceSummaries"]
    assert f"exception-{SECRET}" in json.dumps(summaries, default=str)
    xray.get_service_graph(StartTime=now - 600, EndTime=now + 60)
    assert f"sql-{SECRET}" in shown(xray, documents[0])
    assert "sql-plain" in shown(xray, plain), "what was stored before stays readable"
    server.stop()
    found = stored(server)
    assert found.count(b"sql-plain") == 1, "a document that is not encrypted is found so"
    assert b"vault-1" in found, "the name of a segment can be searched for: it is in clear"
    assert found.count(SECRET.encode()) == 0


def test_a_disabled_key_ends_reading_and_storing_until_it_is_enabled(server):
    xray, kms = server.client("xray"), server.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    xray.put_encryption_config(Type="KMS", KeyId=key)
    document = secret_document(1)
    assert put(xray, document) == []
    assert SECRET in shown(xray, document)
    kms.disable_key(KeyId=key)
    told = ("InvalidRequestException", f"{key} is disabled.")
    later = json.dumps(secret_document(2))
    assert refused(xray.batch_get_traces, TraceIds=[document["trace_id"]]) == told
    assert refused(xray.put_trace_segments, TraceSegmentDocuments=[later]) == told
    now = time.time()
    assert refused(xray.get_trace_summaries, StartTime=now - 600, EndTime=now + 60) == told
    kms.enable_key(KeyId=key)
    assert xray.put_trace_segments(TraceSegmentDocuments=[later])["UnprocessedTraceSegments"] == []
    assert SECRET in shown(xray, document)


def test_old_documents_stay_readable_through_rotation_another_key_and_none(server):
    xray, kms = server.client("xray"), server.client("kms")
    first, second = (kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    documents = [secret_document(number) for number in range(4)]
    xray.put_encryption_config(Type="KMS", KeyId=first)
    put(xray, documents[0])
    kms.rotate_key_on_demand(KeyId=first)
    put(xray, documents[1])
    xray.put_encryption_config(Type="KMS", KeyId=second)
    put(xray, documents[2])
    assert xray.put_encryption_config(Type="NONE")["EncryptionConfig"]["Type"] == "NONE"
    put(xray, documents[3])
    server.kill()
    server.start()
    xray = server.client("xray")
    for document in documents:
        assert f"sql-{SECRET}" in shown(xray, document)
    server.client("kms").disable_key(KeyId=first)
    assert f"sql-{SECRET}" in shown(xray, documents[2])
    assert refused(xray.batch_get_traces, TraceIds=[documents[0]["trace_id"]])[1] == f"{first} is disabled."


def test_a_key_must_be_one_that_can_encrypt(server):
    xray, kms = server.client("xray"), server.client("kms")
    rsa = kms.create_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"]["Arn"]
    for request in ({"Type": "KMS"}, {"Type": "NONE", "KeyId": rsa}, {"Type": "KMS", "KeyId": rsa}):
        assert refused(xray.put_encryption_config, **request)[0] == "InvalidRequestException"
    code, message = refused(xray.put_encryption_config, Type="KMS", KeyId="alias/none")
    assert (code, message) == (
        "InvalidRequestException",
        "Alias arn:aws:kms:us-east-1:000000000000:alias/none is not found.",
    )
    assert xray.get_encryption_config()["EncryptionConfig"] == {"Type": "NONE", "Status": "ACTIVE"}


def test_an_alias_is_resolved_once_and_the_setting_becomes_active(server, eventually):
    xray, kms = server.client("xray"), server.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/traces", TargetKeyId=key)
    xray.put_encryption_config(Type="KMS", KeyId="alias/traces")
    config = eventually(
        lambda: xray.get_encryption_config()["EncryptionConfig"], lambda found: found["Status"] == "ACTIVE"
    )
    assert config == {"Type": "KMS", "KeyId": key, "Status": "ACTIVE"}
    [grant] = kms.list_grants(KeyId=key)["Grants"]
    assert grant["GranteeServicePrincipal"] == "xray.amazonaws.com"
