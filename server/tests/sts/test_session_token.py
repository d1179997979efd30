"""A token says what was put into it, to those who have the instance key, as long as nobody has touched it."""

import base64
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from policies import BOB, READER

from skylens.caller import Issuer, Principal, Session
from skylens.store.control.secrets import Secrets
from skylens.sts.session_token import LONGEST, SessionContent, SessionTokens

NOW = datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=UTC)
TOKENS = SessionTokens(Secrets(b"k" * 32))
CONTENT = SessionContent("ASIAEXAMPLE", READER, NOW + timedelta(hours=1), ("arn:aws:iam::aws:policy/ReadOnlyAccess",))
TOKEN = TOKENS.seal(CONTENT)

texts = st.text(max_size=40)


@st.composite
def contents(draw):
    issuer = Issuer("Role", draw(texts), draw(texts), BOB.account, draw(texts))
    session = Session(
        issuer,
        NOW,
        tuple(draw(st.lists(texts, max_size=3))),
        draw(st.dictionaries(texts, texts, max_size=3)),
        source_identity=draw(texts),
        federated_provider=draw(texts),
        attributes=draw(st.dictionaries(texts, texts, max_size=3)),
    )
    principal = Principal(BOB.account, draw(texts), "AssumedRole", draw(texts), draw(texts), session)
    return SessionContent(draw(texts), principal, NOW, tuple(draw(st.lists(texts, max_size=3))))


@given(content=contents())
def test_what_was_sealed_is_read_again(content):
    assert TOKENS.open(TOKENS.seal(content)) == content


@given(place=st.integers(0, len(base64.b64decode(TOKEN)) * 8 - 1))
def test_a_token_with_any_bit_turned_is_none(place):
    sealed = bytearray(base64.b64decode(TOKEN))
    sealed[place // 8] ^= 1 << place % 8
    assert TOKENS.open(base64.b64encode(sealed).decode()) is None


@given(place=st.integers(0, len(TOKEN) - 1), letter=st.characters())
def test_a_token_with_any_letter_changed_is_none(place, letter):
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]
    assert changed == TOKEN or TOKENS.open(changed) is None


@given(text=st.text(max_size=300))
def test_what_somebody_made_up_is_no_token(text):
    assert TOKENS.open(text) is None


def test_no_token_is_longer_than_the_gateway_takes():
    assert TOKENS.open("A" * (LONGEST + 4)) is None


def test_a_token_of_another_installation_is_none():
    assert SessionTokens(Secrets(b"o" * 32)).open(TOKEN) is None


def test_what_the_instance_key_sealed_for_another_purpose_is_no_token():
    assert TOKENS.open(base64.b64encode(Secrets(b"k" * 32).encrypt(b"x")).decode()) is None


def test_every_node_with_the_instance_key_works_out_the_same_secret_and_no_other_does():
    assert SessionTokens(Secrets(b"k" * 32)).secret(TOKEN) == TOKENS.secret(TOKEN)
    assert SessionTokens(Secrets(b"o" * 32)).secret(TOKEN) != TOKENS.secret(TOKEN)
    assert TOKENS.secret(TOKENS.seal(CONTENT)) != TOKENS.secret(TOKEN)
    assert len(TOKENS.secret(TOKEN)) == 40
