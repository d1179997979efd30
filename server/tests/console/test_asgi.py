"""Which requests are the console's, and what every answer to them carries."""

import pytest
from console.conftest import directives, nonce

PAGE = {"accept": "text/html,application/xhtml+xml"}
SIGNATURE = "AWS4-HMAC-SHA256 Credential=A/20260701/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("POST", "/", PAGE),
        ("GET", "/", {"accept": "*/*"}),
        ("GET", "/", {**PAGE, "authorization": SIGNATURE}),
        ("POST", "/Groups", {}),
        ("GET", "/console/index.html", {"authorization": SIGNATURE}),
        ("GET", "/console/a.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0", {}),
        ("PUT", "/console", PAGE),
        ("GET", "/consoles/", PAGE),
        ("GET", "/xray/home", {"accept": "application/json"}),
    ],
)
async def test_what_no_browser_asks_is_for_the_api(console, method, path, headers):
    async with console() as it:
        assert (await it.browser.request(method, path, headers=headers)).text == "API"


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/", "/console/"),
        ("/console", "/console/"),
        ("/xray/home?region=eu-west-1", "/console/?region=eu-west-1"),
        ("/cloudwatch/home?region=us-east-1", "/console/?region=us-east-1"),
        ("/xray/home?region=//evil.example", "/console/"),
        ("/xray/home?region=a%0d%0aSet-Cookie:b", "/console/"),
    ],
)
async def test_a_browser_is_led_to_the_console_in_the_region_of_the_link(console, path, leads_to):
    async with console() as it:
        answer = await it.browser.get(path, headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, leads_to)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/console/", 200),
        ("HEAD", "/console/", 200),
        ("GET", "/console/icon.svg", 200),
        ("GET", "/console/assets/none.js", 404),
        ("GET", "/console/none/none/none", 404),
        ("GET", "/console/session", 401),
        ("PUT", "/console/session", 405),
        ("DELETE", "/console/session", 403),
        ("POST", "/console/session", 403),
        ("GET", "/console/sign-in", 303),
        ("HEAD", "/console/sign-in", 405),
        ("GET", "/console/session/", 404),
    ],
)
async def test_every_answer_says_what_a_page_may_do(console, method, path, status):
    async with console() as it:
        answer = await it.browser.request(method, path)
    assert answer.status_code == status
    policy = directives(answer)
    assert (policy["default-src"], policy["script-src"], policy["frame-ancestors"]) == ("'none'", "'self'", "'none'")
    assert policy["style-src"] == f"'self' 'nonce-{nonce(answer)}'"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in answer.headers


async def test_a_defect_tells_nothing_and_has_the_headers_too(console, key):
    async def broken(_events):
        raise KeyError("secret of ours")

    async with console(record=broken) as it:
        answer = await it.sign_in(key)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert directives(answer)["default-src"] == "'none'"
    assert "set-cookie" not in answer.headers
