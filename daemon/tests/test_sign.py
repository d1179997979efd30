"""sign.py, held against botocore's signer."""

from datetime import UTC, datetime

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from skylens_daemon.request import Request
from skylens_daemon.sign import Key, Scope, canonical_query, signed

KEY = Key("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
SCOPE = Scope("us-east-1", "xray", 1_795_506_247.0)


def authorization_of_botocore(request: Request, key: Key) -> tuple[str, float]:
    headers = {name: value for name, value in request.headers.items() if name.lower() != "host"}
    theirs = AWSRequest(request.method, request.url, headers=headers, data=request.body)
    SigV4Auth(Credentials(key.access_key_id, key.secret, key.token or None), "xray", "us-east-1").add_auth(theirs)
    moment = datetime.strptime(theirs.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return theirs.headers["Authorization"], moment.timestamp()


pairs = st.tuples(st.text("abc-_.~", min_size=1, max_size=4), st.text("abc012-_.~", max_size=4))


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH"]),
    path=st.lists(st.sampled_from(["TraceSegments", "a%20b", "%C3%A9", "x:y@z", "..", ".", "", "(1)"]), max_size=5),
    query=st.lists(pairs, max_size=4, unique_by=lambda pair: pair[0]),
    content=st.tuples(st.text("abc. ", max_size=9), st.binary(max_size=200)),
    token=st.sampled_from(["", "FwoGZXIvYXdzEBYaDA=="]),
)
def test_a_signature_is_the_one_that_botocore_makes(method, path, query, content, token):
    target, body = content
    url = "http://127.0.0.1:8000/" + "/".join(path)
    if query:
        url += "?" + "&".join(f"{name}={value}" for name, value in query)
    headers = {"Content-Type": "application/json", "X-Amz-Target": target, "User-Agent": "not signed"}
    key = Key(KEY.access_key_id, KEY.secret, token)
    request = Request(method, url, headers, body)
    expected, at = authorization_of_botocore(request, key)
    assert signed(request, key=key, scope=Scope("us-east-1", "xray", at)).headers["Authorization"] == expected


def test_the_documented_headers_are_sent():
    headers = signed(Request("POST", "https://host:1/x", {"Content-Type": "a"}), key=KEY, scope=SCOPE).headers
    assert headers["X-Amz-Date"] == "20261124T074407Z"
    assert headers["Host"] == "host:1"
    assert "X-Amz-Security-Token" not in headers
    assert headers["Authorization"].startswith(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261124/us-east-1/xray/aws4_request,"
        " SignedHeaders=content-type;host;x-amz-date, Signature="
    )


def test_a_signature_that_came_along_is_replaced():
    stale = {"authorization": "old", "x-amz-date": "old", "X-Amz-Security-Token": "old", "X-Amz-Content-Sha256": "old"}
    headers = signed(Request("POST", "https://host/", stale), key=KEY, scope=SCOPE).headers
    assert "old" not in headers.values()


def test_the_query_is_written_as_the_original_writes_it():
    assert canonical_query("b=2&a=x+y&c") == "a=x%20y&b=2&c="


@given(st.text())
def test_writing_a_query_twice_changes_nothing(query):
    assert canonical_query(canonical_query(query)) == canonical_query(query)


def test_a_key_does_not_show_its_secret():
    assert repr(KEY) == "<Key AKIDEXAMPLE>"
