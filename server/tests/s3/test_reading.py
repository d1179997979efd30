"""Reading buckets: requests as botocore writes them, answers as botocore reads them, and nothing outside of the bucket."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from botocore.awsrequest import AWSRequest, HeadersDict, prepare_request_dict
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import skylens.s3.operations  # registers the handlers
from skylens.registry import HANDLERS, error_code
from skylens.wire import rest_xml
from skylens.wire.errors import ServiceError
from skylens.wire.http import WireRequest, WireResponse
from skylens.wire.models import load

MODEL = ServiceModel(Loader().load_service_model("s3", "service-2"), "s3")
SERVICE = load("s3")
ACCOUNT, OTHER_ACCOUNT = "000000000000", "111111111111"
assert skylens.s3.operations


class S3:
    """A client: ``s3("GetObject", Bucket="audit", Key="a")`` gives what boto3 would, its bytes under ``Bytes``."""

    def __init__(self, make_call: Callable[..., Any], root: Any, account: str = ACCOUNT) -> None:
        self.make_call, self.root, self.account = make_call, root, account

    def __call__(self, operation: str, **request: Any) -> dict[str, Any]:
        model = MODEL.operation_model(operation)
        written = create_serializer("rest-xml", include_validation=False).serialize_to_request(request, model)
        prepare_request_dict(written, "http://127.0.0.1:8000")
        sent = AWSRequest(written["method"], written["url"], written["headers"], params=None).prepare()
        url = urlsplit(sent.url)
        headers = {name.lower(): value for name, value in written["headers"].items()}
        response = self.send(WireRequest(sent.method, url.path, url.query, headers))
        return self.read(operation, response)

    def read(self, operation: str, response: WireResponse) -> dict[str, Any]:
        head = operation.startswith("Head")
        body = b"" if head else response.body
        is_bytes = operation == "GetObject" and response.status < 300
        document = {
            "headers": HeadersDict(response.headers),
            "body": b"" if is_bytes else body,
            "status_code": response.status,
            "context": {"operation_name": operation},
        }
        parsed = create_parser("rest-xml").parse(document, MODEL.operation_model(operation).output_shape)
        return {**parsed, "Bytes": body if is_bytes else b""}

    def send(self, request: WireRequest) -> WireResponse:
        """Send a request whose signature is fine."""
        try:
            return self._answer(request, rest_xml.operation(request, SERVICE))
        except (ServiceError, LookupError) as error:
            told = error if isinstance(error, ServiceError) else ServiceError(error_code(error) or "?", str(error))
            return rest_xml.serialize_error(SERVICE, None, told, "id", request)

    def _answer(self, request: WireRequest, name: str | None) -> WireResponse:
        if name is None:
            raise ServiceError("UnknownOperationException", "not built")
        op = SERVICE.operations[name]
        call = self.make_call("s3", name, account=self.account)
        output = HANDLERS["s3", name].function(call, rest_xml.parse(request, op))
        return rest_xml.serialize(op, output, "id", request)

    def code(self, method: str, path: str, query: str = "", **headers: str) -> tuple[int, str]:
        """Status and code of the error that a request is answered with."""
        response = self.send(WireRequest(method, path, query, {k.replace("_", "-"): v for k, v in headers.items()}))
        document = {"headers": {}, "body": response.body, "status_code": response.status, "context": {}}
        parsed = create_parser("rest-xml").parse(document, None) if response.status >= 300 else {"Error": {"Code": ""}}
        return response.status, parsed["Error"]["Code"]


@pytest.fixture
def bucket(tmp_path):
    folder = tmp_path / "buckets" / ACCOUNT / "audit"
    folder.mkdir(parents=True)
    (tmp_path / "buckets" / ACCOUNT / "secret.txt").write_text("TOP SECRET")
    other = tmp_path / "buckets" / OTHER_ACCOUNT / "theirs"
    other.mkdir(parents=True)
    (other / "secret.txt").write_text("TOP SECRET")
    return folder


@pytest.fixture
def s3(call, bucket):
    return S3(call, bucket)


def put(bucket, *keys, body=b"x"):
    for key in keys:
        path = bucket / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)


def keys(answer):
    return [found["Key"] for found in answer.get("Contents", ())]


def test_a_bucket_is_in_no_region_and_is_there(s3):
    assert "LocationConstraint" not in s3("GetBucketLocation", Bucket="audit")
    assert s3("HeadBucket", Bucket="audit")["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_an_object_is_read_with_its_headers(s3, call, bucket):
    folder = call("s3", "GetObject").buckets.find_folder(ACCOUNT, "audit")
    folder.put("a b/é+&.json.gz", b"bytes", metadata={"signature": "00ff"})
    for operation in ("GetObject", "HeadObject"):
        found = s3(operation, Bucket="audit", Key="a b/é+&.json.gz")
        assert found["Metadata"] == {"signature": "00ff"}
        assert (found["ContentType"], found["ContentEncoding"]) == ("application/json", "gzip")
        assert found["LastModified"].timestamp() == int((bucket / "a b/é+&.json.gz").stat().st_mtime)
    assert s3("GetObject", Bucket="audit", Key="a b/é+&.json.gz")["Bytes"] == b"bytes"
    assert s3("HeadObject", Bucket="audit", Key="a b/é+&.json.gz")["ContentLength"] == 5


@pytest.mark.parametrize(
    ("wanted", "body", "content_range"),
    [
        ("bytes=0-3", b"0123", "bytes 0-3/10"),
        ("bytes=4-", b"456789", "bytes 4-9/10"),
        ("bytes=-2", b"89", "bytes 8-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
    ],
)
def test_a_range_is_read(s3, bucket, wanted, body, content_range):
    put(bucket, "a", body=b"0123456789")
    found = s3("GetObject", Bucket="audit", Key="a", Range=wanted)
    assert (found["Bytes"], found["ContentRange"]) == (body, content_range)
    assert found["ResponseMetadata"]["HTTPStatusCode"] == 206


@pytest.mark.parametrize("wanted", ["bytes=10-", "bytes=5-4", "bytes=-0", "lines=1-2", "bytes=-"])
def test_a_range_that_is_not_there_is_refused(s3, bucket, wanted):
    put(bucket, "a", body=b"0123456789")
    assert s3.code("GET", "/audit/a", range=wanted) == (416, "InvalidRange")


def test_a_condition_is_looked_at_and_one_that_is_not_built_is_refused(s3, bucket):
    put(bucket, "a")
    etag = s3("HeadObject", Bucket="audit", Key="a")["ETag"]
    assert s3("GetObject", Bucket="audit", Key="a", IfMatch=etag)["Bytes"] == b"x"
    assert s3.code("GET", "/audit/a", if_match='"other"') == (412, "PreconditionFailed")
    assert s3.code("GET", "/audit/a", if_none_match=etag) == (501, "NotImplemented")


@pytest.mark.parametrize("operation", ["ListObjects", "ListObjectsV2"])
def test_objects_are_listed_page_by_page(s3, bucket, operation):
    stored = [f"AWSLogs/{number}/{name}" for number in range(3) for name in ("a.json.gz", "é &.txt", "b/c")]
    put(bucket, *stored, "other")
    found, more = [], {}
    while True:
        page = s3(operation, Bucket="audit", Prefix="AWSLogs/", MaxKeys=2, **more)
        found += keys(page)
        if not page["IsTruncated"]:
            break
        more = (
            {"Marker": page["NextMarker"]}
            if operation == "ListObjects"
            else {"ContinuationToken": page["NextContinuationToken"]}
        )
    assert found == sorted(stored, key=str.encode)
    assert page["MaxKeys"] == 2


@pytest.mark.parametrize("most", [1, 2, 1000])
def test_keys_that_go_on_alike_behind_a_delimiter_are_one_entry(s3, bucket, most):
    put(bucket, "a/1/x", "a/1/y", "a/2/x", "a/b", "a/z", "c/1")
    found, marker = [], {}
    while True:
        page = s3("ListObjects", Bucket="audit", Prefix="a/", Delimiter="/", MaxKeys=most, **marker)
        found += [entry["Prefix"] for entry in page.get("CommonPrefixes", ())] + keys(page)
        if not page["IsTruncated"]:
            break
        marker = {"Marker": page["NextMarker"]}
    assert sorted(found) == ["a/1/", "a/2/", "a/b", "a/z"]
    assert len(found) == len(set(found))


def test_keys_are_encoded_where_the_client_wants_them_so(s3, bucket):
    put(bucket, "a b/é")
    page = s3("ListObjectsV2", Bucket="audit", Prefix="a b", EncodingType="url", FetchOwner=True)
    assert (keys(page), page["Prefix"], page["EncodingType"]) == ([quote("a b/é")], "a%20b", "url")
    assert page["Contents"][0]["Owner"]["ID"] == ACCOUNT


def test_no_keys_at_all_are_wanted(s3, bucket):
    put(bucket, "a")
    page = s3("ListObjects", Bucket="audit", MaxKeys=0)
    assert (keys(page), page["IsTruncated"]) == ([], False)


def test_what_is_not_there_is_told_in_s3s_words(s3):
    assert s3.code("GET", "/missing/a") == (404, "NoSuchBucket")
    assert s3.code("GET", "/audit/a") == (404, "NoSuchKey")
    assert s3.code("GET", "/audit", "list-type=2&continuation-token=%21") == (400, "InvalidArgument")
    assert s3.code("GET", "/audit", "max-keys=-1") == (400, "InvalidArgument")
    assert s3.code("GET", "/audit", "max-keys=many") == (400, "InvalidArgument")


@pytest.mark.parametrize(
    ("method", "path", "query"),
    [
        ("GET", "/audit", "policy"),
        ("GET", "/audit", "list-type=2&versions"),
        ("GET", "/audit", "marker=a&list-type=2"),
        ("GET", "/audit/a", "versionId=1"),
        ("GET", "/audit/a", "response-content-type=text%2Fhtml"),
        ("PUT", "/audit/a", ""),
        ("DELETE", "/audit/a", ""),
        ("POST", "/audit", "delete"),
        ("GET", "/", ""),
    ],
)
def test_whatever_else_s3_has_is_refused_and_never_answered_as_something_else(s3, bucket, method, path, query):
    put(bucket, "a")
    assert s3.code(method, path, query) == (501, "NotImplemented")
    assert (bucket / "a").read_bytes() == b"x"


HOSTILE = [
    "/audit/../secret.txt",
    "/audit/%2e%2e/secret.txt",
    "/audit/a/..%2f..%2fsecret.txt",
    "/audit//etc/passwd",
    "/audit/%2fetc%2fpasswd",
    "/audit/.",
    "/audit/..",
    "/audit/a%00",
    "/audit/%ff%fe",
    "/audit/..%5csecret.txt",
    "/audit/.skylens/metadata/a.json",
    "/../audit/a",
    "/%2e%2e/theirs/secret.txt",
    "/..%2f111111111111%2ftheirs/secret.txt",
    "/theirs/secret.txt",
    "/111111111111/theirs/secret.txt",
    "/Audit/a",
]


@pytest.mark.parametrize("path", HOSTILE)
def test_no_path_leads_out_of_the_callers_buckets(s3, bucket, path):
    put(bucket, "a")
    status, code = s3.code("GET", path)
    assert (status, code) in {(404, "NoSuchKey"), (404, "NoSuchBucket"), (501, "NotImplemented")}
    assert s3.code("HEAD", path)[0] in {404, 501}


parts = st.lists(
    st.sampled_from(["a", "..", ".", "", "%2e%2e", "%2f", "secret.txt", "theirs", "\\", "%00", "é"]), max_size=6
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(parts.map("/".join), parts.map("".join))
def test_whatever_is_asked_for_nothing_of_others_is_ever_answered(s3, bucket, path, prefix):
    put(bucket, "a/mine", body=b"mine")
    for target, query in ((f"/audit/{path}", ""), (f"/{path}", ""), ("/audit", f"prefix={quote(prefix)}")):
        response = s3.send(WireRequest("GET", quote(target, safe="/%"), query))
        assert b"TOP SECRET" not in response.body


def test_another_account_does_not_see_the_bucket(call, bucket):
    put(bucket, "a")
    stranger = S3(call, bucket, OTHER_ACCOUNT)
    assert stranger.code("GET", "/audit/a") == (404, "NoSuchBucket")
    assert stranger.code("GET", "/audit") == (404, "NoSuchBucket")
