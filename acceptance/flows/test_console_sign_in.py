"""Signing in to the console: what AWS's clients find of it in the account's history, and what its credentials may do."""

import json
import subprocess
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from urllib.parse import urlsplit

import pytest
from servers import SKYLENS


class Browser:
    """One with cookies, that follows no redirect."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.cookies = CookieJar()
        stay = urllib.request.HTTPRedirectHandler()
        stay.redirect_request = lambda *_: None
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies), stay)

    def ask(self, path, *, method="GET", document=None):
        body = None if document is None else json.dumps(document).encode()
        headers = {"Origin": self.endpoint, "Content-Type": "application/json", "User-Agent": "acceptance browser"}
        request = urllib.request.Request(f"{self.endpoint}{path}", body, headers, method=method)
        try:
            with self._opener.open(request, timeout=10) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()


@pytest.fixture
def browser(skylens):
    return Browser(skylens.endpoint)


def logins(skylens, eventually, name, outcomes):
    """The records of this user's sign-ins, once there are so many; newest first."""
    client = skylens.client("cloudtrail")

    def look():
        by_name = [{"AttributeKey": "EventName", "AttributeValue": "ConsoleLogin"}]
        found = client.lookup_events(LookupAttributes=by_name)["Events"]
        return [json.loads(each["CloudTrailEvent"]) for each in found if each.get("Username") == name]

    return eventually(look, lambda found: [each["responseElements"]["ConsoleLogin"] for each in found] == outcomes)


def user_with_key(skylens, name):
    iam = skylens.client("iam")
    iam.create_user(UserName=name)
    iam.attach_user_policy(UserName=name, PolicyArn="arn:aws:iam::aws:policy/AWSXrayReadOnlyAccess")
    return iam.create_access_key(UserName=name)["AccessKey"]


def test_a_user_signs_in_with_a_key_and_boto3_finds_it(skylens, browser, eventually):
    key = user_with_key(skylens, "console-reader")
    typed = {"AccessKeyId": key["AccessKeyId"], "SecretAccessKey": "wrong"}
    assert browser.ask("/console/session", method="POST", document=typed)[0] == 401
    typed["SecretAccessKey"] = key["SecretAccessKey"]
    assert browser.ask("/console/session", method="POST", document=typed)[0] == 204
    success, failure = logins(skylens, eventually, "console-reader", ["Success", "Failure"])
    assert success["eventType"] == "AwsConsoleSignIn"
    assert success["additionalEventData"]["LoginTo"] == f"{skylens.endpoint}/console/"
    assert (success["userAgent"], success["sourceIPAddress"]) == ("acceptance browser", "127.0.0.1")
    assert failure["errorMessage"] == "Failed authentication"


def test_its_credentials_call_aws_and_end_with_the_policies_of_the_user(skylens, browser):
    key = user_with_key(skylens, "console-caller")
    typed = {"AccessKeyId": key["AccessKeyId"], "SecretAccessKey": key["SecretAccessKey"]}
    browser.ask("/console/session", method="POST", document=typed)
    given = json.loads(browser.ask("/console/session")[2])["Credentials"]
    credentials = {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }
    assert skylens.client("xray", **credentials).get_groups()["Groups"]
    assert skylens.client("sts", **credentials).get_caller_identity()["Arn"].endswith(":user/console-caller")
    with pytest.raises(skylens.client("xray").exceptions.ClientError, match="not authorized to perform"):
        skylens.client("xray", **credentials).create_group(GroupName="nope")


def test_the_address_that_skylens_console_prints_signs_in_once(skylens, browser, eventually):
    key = user_with_key(skylens, "console-invited")
    flags = ["--user", "console-invited", "--port", str(skylens.port), "--data", str(skylens.data)]
    done = subprocess.run([*SKYLENS, "console", *flags], capture_output=True, text=True, check=True)
    address = urlsplit(done.stdout.strip())
    status, headers, _ = browser.ask(f"{address.path}?{address.query}")
    assert (status, headers["Location"]) == (303, "/console/")
    assert json.loads(browser.ask("/console/session")[2])["UserName"] == "console-invited"
    another = Browser(skylens.endpoint)
    assert another.ask(f"{address.path}?{address.query}")[1]["Location"] == "/console/#/sign-in?problem=token"
    logins(skylens, eventually, "console-invited", ["Failure", "Success"])
    skylens.client("iam").update_access_key(
        UserName="console-invited", AccessKeyId=key["AccessKeyId"], Status="Inactive"
    )
    assert browser.ask("/console/session")[0] == 401


def examination(browser):
    """What doctor's checks find for who is signed in, by check."""
    status, _, body = browser.ask("/console/doctor")
    assert status == 200, body
    return {each["Check"]: each for each in json.loads(body)["Findings"]}


def test_doctors_checks_are_made_for_who_is_signed_in(skylens, browser):
    names = skylens.environment()
    key = {"AccessKeyId": names["AWS_ACCESS_KEY_ID"], "SecretAccessKey": names["AWS_SECRET_ACCESS_KEY"]}
    assert browser.ask("/console/session", method="POST", document=key)[0] == 204
    found = examination(browser)
    assert [(check, each["Ok"]) for check, each in found.items()] == [
        ("server", True),
        ("readiness", True),
        ("credentials", True),
        ("store", True),
        ("daemon TCP", True),
        ("daemon UDP", True),
    ]
    ids = [found[check]["TraceId"] for check in ("store", "daemon UDP")]
    traces = skylens.client("xray").batch_get_traces(TraceIds=ids)["Traces"]
    assert sorted(each["Id"] for each in traces) == sorted(ids)


def test_what_a_user_may_not_do_is_a_finding(skylens, browser):
    key = user_with_key(skylens, "ida")
    document = {"AccessKeyId": key["AccessKeyId"], "SecretAccessKey": key["SecretAccessKey"]}
    assert browser.ask("/console/session", method="POST", document=document)[0] == 204
    found = examination(browser)
    assert [check for check, each in found.items() if not each["Ok"]] == ["store"]
    assert "not authorized to perform: xray:PutTraceSegments" in found["store"]["Finding"]
    assert "AWSXrayFullAccess" in found["store"]["Advice"]
