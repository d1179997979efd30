"""A page token goes on with the request that it was given for, and with no other."""

import pytest

from skylens.xray.errors import InvalidRequest
from skylens.xray.service_graph import page_token

REQUEST = {"TraceIds": ["1-58406520-a006649127e371903a2de979"], "GroupName": ""}


def test_a_token_goes_on_with_its_request():
    token = page_token.seal(REQUEST, ["a", 1])
    assert page_token.unseal({**REQUEST, "NextToken": token}) == ["a", 1]
    assert page_token.unseal(REQUEST) is None


@pytest.mark.parametrize("token", [page_token.seal({"TraceIds": ["other"]}, 1), "' OR 1=1 --", "%", "ü", "AAAA"])
def test_a_token_of_another_request_or_of_nobody_s_is_refused(token):
    with pytest.raises(InvalidRequest):
        page_token.unseal({**REQUEST, "NextToken": token})
