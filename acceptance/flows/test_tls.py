"""A server with a certificate of its own: every client speaks TLS with it, and records say how."""

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import urllib.request
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPSConnection

import pytest
from botocore.exceptions import SSLError
from certificates import Authority
from documents import a_segment, put
from servers import SKYLENS, new_server

UDP_HEADER = b'{"format":"json","version":1}\n'


HOSTS = ("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def secured(tmp_path_factory, authority):
    certificate, key = authority.issue("server", *HOSTS)
    flags = ("--tls-certificate", str(certificate), "--tls-key", str(key), "--tls-ca", str(authority.bundle))
    server = replace(new_server(tmp_path_factory.mktemp("secured") / "data", *flags), authority=str(authority.bundle))
    server.data.mkdir()
    server.start()
    yield server
    assert server.stop() == 0


def verb(server, *words, **more):
    command = [*SKYLENS, *words, "--port", str(server.port), "--data", str(server.data)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **more)


@contextmanager
def connected(server, trust=None):
    trust = trust or ssl.create_default_context(cafile=server.authority)
    with (
        socket.create_connection(("127.0.0.1", server.port)) as plain,
        trust.wrap_socket(plain, server_hostname="127.0.0.1") as wrapped,
    ):
        yield wrapped


def records(server, name, eventually):
    lookup = [{"AttributeKey": "EventName", "AttributeValue": name}]
    cloudtrail = server.client("cloudtrail")
    found = eventually(lambda: cloudtrail.lookup_events(LookupAttributes=lookup)["Events"])
    return [json.loads(event["CloudTrailEvent"]) for event in found]


def test_a_recorded_call_says_how_its_connection_was_encrypted(secured, eventually):
    xray = secured.client("xray")
    xray.create_group(GroupName="secured", FilterExpression="fault")
    [record] = records(secured, "CreateGroup", eventually)
    with connected(secured) as wrapped:
        version, cipher = wrapped.version(), wrapped.cipher()[0]
    assert record["tlsDetails"] == {
        "tlsVersion": version,
        "cipherSuite": cipher,
        "clientProvidedHostHeader": f"127.0.0.1:{secured.port}",
    }
    assert list(record)[-1] == "tlsDetails"
    assert version == "TLSv1.3"


def test_over_plain_http_a_record_has_no_tls_details(skylens, eventually):
    skylens.client("xray").create_group(GroupName="in-the-clear", FilterExpression="fault")
    found = records(skylens, "CreateGroup", eventually)
    assert ["tlsDetails" in record for record in found] == [False] * len(found)


def test_the_daemon_sends_through_tls(secured, eventually):
    segment = a_segment("over-udp")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.sendto(UDP_HEADER + json.dumps(segment).encode(), ("127.0.0.1", secured.daemon_port))
    xray = secured.client("xray")
    assert eventually(lambda: xray.batch_get_traces(TraceIds=[segment["trace_id"]])["Traces"])
    with urllib.request.urlopen(f"http://{secured.daemon_address}/GetSamplingRules", b"{}", timeout=10) as answer:
        assert json.load(answer)["SamplingRuleRecords"]


def test_our_own_verbs_find_the_endpoint_and_whom_to_trust(secured):
    told = secured.environment()
    assert (told["AWS_ENDPOINT_URL"], told["AWS_CA_BUNDLE"]) == (secured.endpoint, secured.authority)
    put(secured.client("xray"), segment := a_segment("verbs"))
    assert segment["trace_id"] in verb(secured, "traces").stdout
    doctor = subprocess.run([*SKYLENS, "doctor"], env=secured.shell(), capture_output=True, text=True, check=False)
    assert doctor.returncode == 0, doctor.stdout
    assert f"answers at {secured.endpoint}" in doctor.stdout


def test_the_consoles_cookie_goes_over_tls_only(secured, eventually):
    address = verb(secured, "console").stdout.strip()
    assert address.startswith(f"{secured.endpoint}/console/sign-in?token=")
    trust = ssl.create_default_context(cafile=secured.authority)
    connection = HTTPSConnection("127.0.0.1", secured.port, context=trust)
    connection.request("GET", address.removeprefix(secured.endpoint))
    answer = connection.getresponse()
    connection.close()
    assert (answer.status, "Secure" in answer.headers["set-cookie"].split("; ")) == (303, True)
    [record] = records(secured, "ConsoleLogin", eventually)
    assert record["tlsDetails"]["tlsVersion"] == "TLSv1.3"
    assert record["additionalEventData"]["LoginTo"] == f"{secured.endpoint}/console/"


def test_who_does_not_trust_the_authority_is_told_so(secured):
    with pytest.raises(SSLError, match="CERTIFICATE_VERIFY_FAILED"):
        secured.client("xray", verify=True).get_groups()
    names = {name: value for name, value in secured.shell().items() if name != "AWS_CA_BUNDLE"}
    doctor = subprocess.run([*SKYLENS, "doctor"], env=names, capture_output=True, text=True, check=False)
    assert doctor.returncode == 1
    assert "is not trusted" in doctor.stdout
    assert "AWS_CA_BUNDLE" in doctor.stdout


def test_plain_http_gets_no_answer(secured):
    with socket.create_connection(("127.0.0.1", secured.port), timeout=10) as plain:
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b"HTTP/1.1" not in plain.recv(1000)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_versions_of_tls_before_1_2_are_refused(secured):
    client = ssl.create_default_context(cafile=secured.authority)
    client.set_ciphers("DEFAULT:@SECLEVEL=0")  # so that it is not the client that refuses
    client.minimum_version = ssl.TLSVersion.TLSv1
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    with connected(secured, client) as wrapped:
        assert wrapped.version() == "TLSv1.2"
    client.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError), connected(secured, client):
        pass


def test_a_renewed_certificate_counts_after_sighup(secured, authority, eventually):
    def serial():
        with connected(secured) as wrapped:
            return wrapped.getpeercert()["serialNumber"]

    before = serial()
    authority.issue("server", *HOSTS)  # into the same files
    os.kill(secured.process.pid, signal.SIGHUP)
    assert eventually(lambda: serial() != before)


def test_a_key_of_another_certificate_is_said_in_one_line(secured, tmp_path):
    authority = Authority(tmp_path)
    certificate, _ = authority.issue("one", "localhost")
    _, key = authority.issue("two", "localhost")
    done = verb(secured, "up", "--tls-certificate", str(certificate), "--tls-key", str(key), timeout=30)
    assert done.returncode == 1
    assert re.match(r"Skylens cannot start: the key \S+two.key is not that of the certificate", done.stderr)
