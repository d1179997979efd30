"""What botocore signs is verified; what somebody changed on the way is refused, in AWS's words."""

import copy
import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote, urlsplit

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import assume, given
from hypothesis import strategies as st

from skylens.caller import root_of
from skylens.gateway.auth_failure import AuthFailure, auth_error
from skylens.gateway.sigv4 import Credential, canonical_query, verify
from skylens.wire.http import WireRequest

KEY, SECRET, TOKEN = "AKIAEXAMPLEEXAMPLE22", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "FwoGZXIvYXdzEXAMPLE//token=="
CREDENTIAL = Credential(KEY, SECRET, root_of("000000000000"))
SESSION = replace(CREDENTIAL, token=TOKEN)

words = st.text("abcXYZ019-_.~", min_size=1, max_size=8)
values = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=20)
paths = st.lists(words.filter(lambda w: w not in {".", ".."}) | st.sampled_from(["a b", "ü", "x:y", "%2F"]), max_size=4)
header_values = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=30)


@st.composite
def signed_requests(draw, *, presigned=None):
    """A request as botocore signs and sends it."""
    query = draw(st.lists(st.tuples(words, values), max_size=4))
    url = f"http://127.0.0.1:8000/{'/'.join(quote(p, safe='~') for p in draw(paths))}"
    if query:
        url += "?" + "&".join(f"{quote(n, safe='-_.~')}={quote(v, safe='-_.~')}" for n, v in query)
    extra = draw(st.dictionaries(words.map(lambda w: f"X-Amz-Meta-{w}"), header_values, max_size=3))
    headers = {"Content-Type": "application/json", "User-Agent": "botocore", **extra}
    in_query = draw(st.booleans()) if presigned is None else presigned
    # Presigning, botocore moves a body into the query.
    body = b"" if in_query else draw(st.binary(max_size=200))
    request = AWSRequest(method=draw(st.sampled_from(["GET", "POST", "PUT"])), url=url, headers=headers, data=body)
    token = TOKEN if draw(st.booleans()) else None
    kind = SigV4QueryAuth if in_query else SigV4Auth
    kind(Credentials(KEY, SECRET, token), "xray", draw(st.sampled_from(["us-east-1", "eu-central-1"]))).add_auth(
        request
    )
    return as_received(request)


def as_received(request):
    prepared = request.prepare()
    parts = urlsplit(prepared.url)
    headers = {n.lower(): v if isinstance(v, str) else v.decode("latin-1") for n, v in prepared.headers.items()}
    body = prepared.body or b""
    headers.setdefault("host", parts.netloc)
    return WireRequest(
        prepared.method,
        parts.path,
        parts.query,
        headers,
        body.encode() if isinstance(body, str) else body,
    )


def sign(url="http://127.0.0.1:8000/TraceSegments", *, data=b"{}", headers=None, service="xray"):
    request = AWSRequest(method="POST", url=url, data=data, headers=headers or {})
    SigV4Auth(Credentials(KEY, SECRET), service, "us-east-1").add_auth(request)
    return as_received(request)


def presign(seconds):
    request = AWSRequest(method="POST", url="http://127.0.0.1:8000/TraceSegments", data=b"")
    SigV4QueryAuth(Credentials(KEY, SECRET), "xray", "us-east-1", expires=seconds).add_auth(request)
    return as_received(request)


def find(access_key_id, token):
    if access_key_id != KEY:
        return None
    return SESSION if token == TOKEN else CREDENTIAL


def signed_at(request):
    text = request.headers.get("x-amz-date") or dict(request.query_items())["X-Amz-Date"]
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def check(request, *, now=None, service="xray"):
    return verify(request, service, find, now or signed_at(request))


def failure(request, **kwargs):
    with pytest.raises(AuthFailure) as caught:
        check(request, **kwargs)
    return caught.value


def with_header(request, name, value):
    return replace(request, headers={**request.headers, name: value})


@given(signed_requests())
def test_whatever_botocore_signs_is_verified(request):
    verified = check(request)
    assert (verified.credential.access_key_id, verified.request) == (KEY, request)


@given(signed_requests(), st.data())
def test_a_single_changed_character_is_refused(request, data):
    changed = one_character_changed(request, data)
    assume(meaning(changed) != meaning(request))
    with pytest.raises(AuthFailure):
        check(changed, now=signed_at(request))


def one_character_changed(request, data):
    """Flip one bit of one character of a part that the signature covers."""
    signed = request.headers.get("authorization") or dict(request.query_items())["X-Amz-SignedHeaders"]
    covered = [n for n in request.headers if n in signed and n != "authorization"]
    kinds = ["raw_path", *(["query"] if request.query else []), *(["body"] if request.body else []), *covered]
    kind = data.draw(st.sampled_from([*kinds, *(["authorization"] if "authorization" in request.headers else [])]))
    if kind == "body":
        at = data.draw(st.integers(0, len(request.body) - 1))
        flipped = request.body[at] ^ (1 << data.draw(st.integers(0, 7)))
        return replace(request, body=request.body[:at] + bytes([flipped]) + request.body[at + 1 :])
    text = request.headers[kind] if kind in request.headers else getattr(request, kind)
    at = data.draw(st.integers(0, len(text) - 1))
    text = text[:at] + chr(ord(text[at]) ^ (1 << data.draw(st.integers(0, 6)))) + text[at + 1 :]
    return with_header(request, kind, text) if kind in request.headers else replace(request, **{kind: text})


def meaning(request):
    """What the request asks for: %2f is %2F, blanks around and between words of a header do not count."""
    headers = {n: v.split() for n, v in request.headers.items()}
    if "authorization" in headers:
        headers["authorization"] = "".join(headers["authorization"])
    return (
        request.method,
        request.raw_path,
        canonical_query(request.query),
        signature_of(request),
        headers,
        request.body,
    )


def signature_of(request):
    return dict(request.query_items()).get("X-Amz-Signature")


@given(signed_requests(presigned=True))
def test_a_presigned_request_without_its_signature_is_refused(request):
    pairs = [p for p in request.query.split("&") if not p.startswith("X-Amz-Signature=")]
    answer = failure(replace(request, query="&".join(pairs)), now=signed_at(request))
    assert answer.message == (
        "AWS query-string parameters must include 'X-Amz-Signature'. Re-examine the query-string parameters."
    )


def test_the_example_of_the_manual_has_the_signature_of_the_manual():
    signature = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
    request = WireRequest(
        "GET",
        "/",
        "Action=ListUsers&Version=2010-05-08",
        {
            "host": "iam.amazonaws.com",
            "content-type": "application/x-www-form-urlencoded; charset=utf-8",
            "x-amz-date": "20150830T123600Z",
            "authorization": "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
            f"SignedHeaders=content-type;host;x-amz-date, Signature={signature}",
        },
    )
    key = Credential("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", root_of("000000000001"))
    assert verify(request, "iam", lambda _key, _token: key, signed_at(request)).region == "us-east-1"


@pytest.mark.parametrize("separator", [",", ", ", " ,  "])
def test_commas_may_stand_with_or_without_blanks(separator):
    request = sign()
    header = request.headers["authorization"].replace(", ", separator)
    assert check(with_header(request, "authorization", header)).credential == CREDENTIAL


def test_blanks_inside_a_signed_header_count_as_one():
    request = sign(headers={"X-Amz-Meta-A": "one   two "})
    assert check(with_header(request, "x-amz-meta-a", " one two")).credential == CREDENTIAL


def test_bytes_of_a_header_are_taken_as_they_were_received():
    sent = "Größe à".encode()
    ours = sign(headers={"X-Amz-Meta-A": "Größe à"})
    as_latin_1 = with_header(ours, "x-amz-meta-a", sent.decode("latin-1"))
    assert check(as_latin_1).credential == CREDENTIAL


def test_a_request_dated_by_its_date_header_is_verified():
    request = sign(headers={"Date": "now"})
    assert "x-amz-date" not in request.headers
    moment = datetime.strptime(request.headers["date"], "%a, %d %b %Y %H:%M:%S %z")
    assert check(request, now=moment).credential == CREDENTIAL


def test_an_unsigned_body_is_taken_when_the_signature_says_so():
    request = sign(headers={"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"})
    assert check(replace(request, body=b"other")).request.body == b"other"


def test_a_body_other_than_its_declared_hash_is_refused():
    request = sign(headers={"X-Amz-Content-SHA256": hashlib.sha256(b"{}").hexdigest()})
    assert check(request).credential == CREDENTIAL
    assert failure(replace(request, body=b"[]")).reason == "wrong signature"


@pytest.mark.parametrize(("late", "accepted"), [(299, True), (300, True), (301, False), (-300, True), (-301, False)])
def test_a_request_is_good_for_five_minutes_either_way(late, accepted):
    request = sign()
    now = signed_at(request) + timedelta(seconds=late)
    if accepted:
        assert check(request, now=now).credential == CREDENTIAL
    else:
        assert failure(request, now=now).reason == "wrong signature"


def test_an_old_or_early_request_is_told_the_times():
    request = with_header(sign(), "x-amz-date", "20261120T100000Z")
    header = request.headers["authorization"]
    request = with_header(request, "authorization", header.replace(header.split("/")[1], "20261120"))
    late, early = (datetime(2026, 11, 20, 10, 10, tzinfo=UTC), datetime(2026, 11, 20, 9, 54, 30, tzinfo=UTC))
    assert failure(request, now=late).message == (
        "Signature expired: 20261120T100000Z is now earlier than 20261120T100500Z (20261120T101000Z - 5 min.)"
    )
    assert failure(request, now=early).message == (
        "Signature not yet current: 20261120T100000Z is still later than 20261120T095930Z (20261120T095430Z + 5 min.)"
    )


def test_a_presigned_request_lives_as_long_as_it_says():
    request = presign(3600)
    assert check(request, now=signed_at(request) + timedelta(seconds=3600)).credential == CREDENTIAL
    assert failure(request, now=signed_at(request) + timedelta(seconds=3601)).reason == "expired request"


@pytest.mark.parametrize("seconds", [0, 604_801, 10**12, -1, "soon"])
def test_a_presigned_request_lives_a_week_at_most(seconds):
    assert failure(presign(seconds)).reason == "incomplete signature"


def test_temporary_credentials_need_their_own_token():
    request = AWSRequest(method="POST", url="http://h/", data=b"")
    SigV4Auth(Credentials(KEY, SECRET, "somebody else's"), "xray", "us-east-1").add_auth(request)
    assert failure(as_received(request)).reason == "unknown key"


def test_expired_credentials_are_told_apart_from_unknown_ones():
    request = sign()
    expired = replace(CREDENTIAL, expires_at=signed_at(request))
    with pytest.raises(AuthFailure) as caught:
        verify(request, "xray", lambda _key, _token: expired, signed_at(request))
    assert caught.value.reason == "expired token"


def test_a_request_for_another_service_is_told_which_one():
    assert failure(sign(service="logs")).message == "Credential should be scoped to correct service: 'xray'. "


def test_a_scope_of_another_day_is_refused():
    request = sign()
    day = request.headers["x-amz-date"][:8]
    header = request.headers["authorization"].replace(f"/{day}/", "/20200101/")
    assert failure(with_header(request, "authorization", header)).message == (
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        f"'20200101' != '{day}', from '{request.headers['x-amz-date']}'."
    )


def test_the_host_and_the_target_must_be_signed():
    request = sign(headers={"X-Amz-Target": "A.B"})
    for name, sentence in {"host": "'Host' or ':authority'", "x-amz-target": "'X-Amz-Target'"}.items():
        header = request.headers["authorization"].replace(f"{name};", "").replace(f";{name}", "")
        answer = failure(with_header(request, "authorization", header))
        assert answer.message == f"{sentence} must be a 'SignedHeader' in the AWS Authorization."


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("AWS4-ECDSA-P256-SHA256 Credential=a", "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'. Asymmetric"),
        ("Bearer abc", "Unsupported AWS 'algorithm': 'Bearer'."),
        ("AWS4-HMAC-SHA256 nonsense", "'nonsense' not a valid key=value pair (missing equal-sign)"),
        (
            "AWS4-HMAC-SHA256 Credential=a/b",
            "Authorization header requires 'Signature' parameter. Authorization header",
        ),
        ("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0", "Credential must have exactly 5 slash-"),
        ("", "Unsupported AWS 'algorithm': ''."),
    ],
)
def test_an_unreadable_header_is_told_what_is_wrong(header, sentence):
    answer = failure(with_header(sign(), "authorization", header), now=datetime(2026, 7, 1, tzinfo=UTC))
    assert answer.reason == "incomplete signature"
    assert answer.message.startswith(sentence)
    assert header == "" or "Signature=0" not in answer.message


@pytest.mark.parametrize("moment", ["yesterday", "20260230T000000Z", "\uff12\uff10260701T120000Z", "20260701T120000"])
def test_a_date_that_is_none_is_refused(moment):
    answer = failure(with_header(sign(), "x-amz-date", moment), now=datetime(2026, 7, 1, tzinfo=UTC))
    assert answer.message == f"Date must be in ISO-8601 'basic format'. Got '{moment}'."


def test_an_unsigned_request_is_missing_its_token():
    request = WireRequest("POST", "/TraceSegments")
    assert failure(request, now=datetime(2026, 7, 1, tzinfo=UTC)).reason == "missing token"


def test_the_query_protocol_has_its_own_sentence_for_a_missing_token():
    missing = AuthFailure("missing token")
    assert auth_error(missing, "query").message == "Request is missing Authentication Token"
    assert auth_error(missing, "json").message == "Missing Authentication Token"


def test_a_path_is_verified_in_the_form_in_which_it_was_sent():
    request = sign("http://127.0.0.1:8000/a%20b/..//%C3%BC")
    assert unquote(request.raw_path) == "/a b/..//ü"
    assert check(request).request.raw_path == request.raw_path


def test_a_secret_is_never_part_of_a_repr():
    assert repr(copy.copy(CREDENTIAL)) == f"<Credential {KEY}>"
