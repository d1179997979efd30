"""The test vectors that AWS publishes for signature version 4: each is verified in its headers and in its query.

https://github.com/awslabs/aws-c-auth/tree/main/tests/aws-signing-test-suite/v4. Left out are those of S3's paths, which are signed
as they are (S3's own client is among the clients of the tests), and of a token that is added after signing.
"""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote

import pytest

from skylens.caller import root_of
from skylens.gateway.auth_failure import AuthFailure
from skylens.gateway.sigv4 import Credential, verify
from skylens.wire.http import WireRequest

KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
SCOPE = f"{KEY}/20150830/us-east-1/service/aws4_request"
DATE = "20150830T123600Z"
NOW = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)


class Vector(NamedTuple):
    """A request and its two signatures; ``headers`` are those beside host and date."""

    name: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    in_headers: str
    in_query: str


VECTORS = [
    Vector(
        "get-header-key-duplicate",
        "GET",
        "/",
        "",
        {"my-header1": "value2,value2,value1"},
        b"",
        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
        "3349ee0b81b4b589da0ff28a395c3591e04de515651dd74f298fa992d1507a97",
    ),
    Vector(
        "get-header-value-multiline",
        "GET",
        "/",
        "",
        {"my-header1": "value1\n  value2\n     value3"},
        b"",
        "cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd",
        "e6f5def831211aca02987a44b96826706278c7bc078112ae0263659c5b2f2d56",
    ),
    Vector(
        "get-header-value-order",
        "GET",
        "/",
        "",
        {"my-header1": "value4,value1,value3,value2"},
        b"",
        "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01",
        "313720e71ca6202fdcfa9b20f88de01a4eb0638a83c833b1c184359a4eda864e",
    ),
    Vector(
        "get-header-value-trim",
        "GET",
        "/",
        "",
        {"my-header1": " value1", "my-header2": ' "a   b   c"'},
        b"",
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        "e7bb0fd515e125e1aec2ecc4c0c17484fb06f6846b927c35e46005dd3df3acd4",
    ),
    Vector(
        "get-relative",
        "GET",
        "/example/..",
        "",
        {},
        b"",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d",
    ),
    Vector(
        "get-relative-relative",
        "GET",
        "/example1/example2/../..",
        "",
        {},
        b"",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d",
    ),
    Vector(
        "get-slash-dot-slash",
        "GET",
        "/./",
        "",
        {},
        b"",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d",
    ),
    Vector(
        "get-slash",
        "GET",
        "//",
        "",
        {},
        b"",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d",
    ),
    Vector(
        "get-slash-pointless-dot",
        "GET",
        "/./example",
        "",
        {},
        b"",
        "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5",
        "35034b1a0bdd969f346975386daf8aedfd4976573b8348cf4f67eaa41c5857de",
    ),
    Vector(
        "get-slashes",
        "GET",
        "//example//",
        "",
        {},
        b"",
        "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
        "c1834e8fb0307243711f0f907f6ab7311ed300d87f13792d7ee4da89ab93e082",
    ),
    Vector(
        "get-space",
        "GET",
        "/example space/",
        "",
        {},
        b"",
        "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
        "7a1f416954786484c9824d93c1f26ef64acb9b1b6c9154d08c9f07d0e394abf6",
    ),
    Vector(
        "get-unreserved",
        "GET",
        "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        "",
        {},
        b"",
        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
        "95968482db1b9e0fadef6efc1bd24689f77c77d9ef56919c96a28cc92e0d6005",
    ),
    Vector(
        "get-utf8",
        "GET",
        "/\u1234",
        "",
        {},
        b"",
        "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
        "10eae3f14a260bd3911cc6d008d3c576d143b05b62f09782a7a4b37f52178e44",
    ),
    Vector(
        "get-vanilla-empty-query-key",
        "GET",
        "/",
        "Param1=value1",
        {},
        b"",
        "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
        "49096700cbbaa5753443850f40df10f904fc2fdb544dc9512203cc77c471a9de",
    ),
    Vector(
        "get-vanilla-query-order-encoded",
        "GET",
        "/",
        "Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
        {},
        b"",
        "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac",
        "c5f1848ceec943ac2ca68ee720460c23aaae30a2300586597ada94c4a65e4787",
    ),
    Vector(
        "get-vanilla-query-order-key-case",
        "GET",
        "/",
        "Param2=value2&Param1=value1",
        {},
        b"",
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        "86012e2c9ad4d77369f5d81c11f75158aae4f895a085212cc6d3f923d300bed5",
    ),
    Vector(
        "get-vanilla-query-unreserved",
        "GET",
        "/",
        "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        {},
        b"",
        "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
        "8e76a88a7433637b12778d5592799b29ad21ecd6cf6325051c21d86f0acda2bf",
    ),
    Vector(
        "get-vanilla-query",
        "GET",
        "/",
        "",
        {},
        b"",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d",
    ),
    Vector(
        "get-vanilla-utf8-query",
        "GET",
        "/",
        "\u1234=bar",
        {},
        b"",
        "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
        "0bdd809b1519ac4f0c1dc3540e2cc46bd0c7f778eda408b2ebf3b913d21ff600",
    ),
    Vector(
        "get-vanilla-with-session-token",
        "GET",
        "/",
        "",
        {"x-amz-security-token": "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"},
        b"",
        "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
        "7ff2b50b376cb4d151970630573d6291dc128cc5c2a12ffb237f73cc53f67b6c",
    ),
    Vector(
        "post-header-key-case",
        "POST",
        "/",
        "",
        {},
        b"",
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        "2ce6e6d2e0cf2f9d1b55fafec88cd20574c31dc2e7631979f71ba2310083e95b",
    ),
    Vector(
        "post-header-key-sort",
        "POST",
        "/",
        "",
        {"my-header1": "value1"},
        b"",
        "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
        "c09d07e0d55871f10f2a6d350d994acf6825a3cae70673d7def55616e6119dd7",
    ),
    Vector(
        "post-header-value-case",
        "POST",
        "/",
        "",
        {"my-header1": "VALUE1"},
        b"",
        "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
        "0698bc9e4f7f9139065ba2909c0e99da257e8e2a42492a097bcd46d792391fed",
    ),
    Vector(
        "post-vanilla-empty-query-value",
        "POST",
        "/",
        "Param1=value1",
        {},
        b"",
        "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
        "a9ef26247f293bffe40eeff86a0480ba8c14d31503b2e0c3399e3a16bf1a3682",
    ),
    Vector(
        "post-x-www-form-urlencoded-parameters",
        "POST",
        "/",
        "",
        {"content-type": "application/x-www-form-urlencoded; charset=utf-8", "content-length": "13"},
        b"Param1=value1",
        "328d1b9eaadca9f5818ef05e8392801e091653bafec24fcab71e7344e7f51422",
        "0dbeb9b026c7b6675f266b8427efec9b4fa8b1f6ef1477d717aea231106eab4d",
    ),
    Vector(
        "post-x-www-form-urlencoded",
        "POST",
        "/",
        "",
        {"content-type": "application/x-www-form-urlencoded", "content-length": "13"},
        b"Param1=value1",
        "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b",
        "89a40deed0f26f9461242825a082d2222717248abc7ab41f552ad84a94ad46e9",
    ),
]


def by_header(vector):
    headers = {"host": "example.amazonaws.com", "x-amz-date": DATE, **vector.headers}
    if vector.body:
        headers["x-amz-content-sha256"] = hashlib.sha256(vector.body).hexdigest()
    signed = f"SignedHeaders={';'.join(sorted(headers))}, Signature={vector.in_headers}"
    headers["authorization"] = f"AWS4-HMAC-SHA256 Credential={SCOPE}, {signed}"
    return WireRequest(vector.method, vector.path, vector.query, headers, vector.body)


def by_query(vector):
    headers = {"host": "example.amazonaws.com", **vector.headers}
    token = headers.pop("x-amz-security-token", "")
    signing = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": SCOPE,
        "X-Amz-Date": DATE,
        "X-Amz-SignedHeaders": ";".join(sorted(headers)),
        "X-Amz-Expires": "3600",
        **({"X-Amz-Security-Token": token} if token else {}),
        "X-Amz-Signature": vector.in_query,
    }
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in signing.items())
    whole = f"{vector.query}&{query}" if vector.query else query
    return WireRequest(vector.method, vector.path, whole, headers, vector.body)


def check(request, token):
    credential = Credential(KEY, SECRET, root_of("000000000001"), token=token)
    return verify(request, "service", lambda _key, _token: credential, NOW)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
@pytest.mark.parametrize("request_of", [by_header, by_query])
def test_a_published_request_has_the_published_signature(vector, request_of):
    request, token = request_of(vector), vector.headers.get("x-amz-security-token", "")
    assert check(request, token).region == "us-east-1"
    with pytest.raises(AuthFailure):
        check(replace(request, method="PUT"), token)
