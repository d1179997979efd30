"""IAM's answers as bytes: what clients read that do not come from AWS's models."""

import re

import pytest
from some_policies import TRUST

NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"


@pytest.fixture
def body(iam):
    """Call an operation and return the bytes of its answer as text."""

    def call(operation, **parameters):
        answers = []
        iam.meta.events.register("before-parse.iam", lambda response_dict, **_: answers.append(response_dict))
        try:
            getattr(iam, operation)(**parameters)
        except iam.exceptions.ClientError:
            pass
        finally:
            iam.meta.events.unregister("before-parse.iam")
        return answers[-1]["body"].decode()

    return call


def test_a_time_is_written_in_whole_seconds(body):
    text = body("create_user", UserName="bob")
    assert re.search(r"<CreateDate>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ</CreateDate>", text)
    assert text.startswith(f'<CreateUserResponse xmlns="{NAMESPACE}"><CreateUserResult><User>')


@pytest.mark.parametrize(
    "operation",
    [
        "get_account_authorization_details",
        "list_account_aliases",
        "list_groups",
        "list_instance_profiles",
        "list_policies",
        "list_roles",
        "list_users",
        "list_virtual_mfa_devices",
    ],
)
def test_a_list_always_says_whether_it_is_whole(body, operation):
    assert "<IsTruncated>false</IsTruncated>" in body(operation)


def test_an_empty_list_is_an_element(body):
    assert "<Users/>" in body("list_users")


def test_a_page_has_a_marker_and_no_next_token(body, iam):
    for name in ("a", "b"):
        iam.create_user(UserName=name)
    text = body("list_users", MaxItems=1)
    assert re.search(r"<IsTruncated>true</IsTruncated><Marker>[^<]+</Marker>", text)
    assert "NextToken" not in text


def test_an_error_is_the_query_protocols(body):
    text = body("get_user", UserName="nobody")
    told = "<Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>The user with name nobody cannot be found.</Message></Error>"
    assert re.fullmatch(
        rf'<ErrorResponse xmlns="{NAMESPACE}">{re.escape(told)}<RequestId>[-0-9a-f]+</RequestId></ErrorResponse>', text
    )


def test_an_operation_without_output_has_no_result_element(body, iam):
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    text = body("delete_role", RoleName="r")
    assert text.startswith(f'<DeleteRoleResponse xmlns="{NAMESPACE}"><ResponseMetadata>')
