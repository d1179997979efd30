"""History token: it comes back as it went, for the same question only."""

import pytest

from skylens.cloudtrail import history_token
from skylens.cloudtrail.errors import InvalidNextToken
from skylens.cloudtrail.event_store import FoundEvent, Position

EVENT = FoundEvent(1_782_907_200, Position(1_782_907_200_000_001, bytes(range(16))), "{}", "{}")


def test_a_token_says_what_was_shown_last():
    token = history_token.encode(EVENT, "question")
    assert history_token.decode(token, "question") == (EVENT.time, *EVENT.position)


@pytest.mark.parametrize("token", ["", "x", "!!!!", "ünï", "A" * 52])
def test_a_token_of_somebody_elses_is_refused(token):
    with pytest.raises(InvalidNextToken):
        history_token.decode(token, "question")


def test_a_token_of_another_question_is_refused():
    with pytest.raises(InvalidNextToken, match="other parameters"):
        history_token.decode(history_token.encode(EVENT, "question"), "another")
