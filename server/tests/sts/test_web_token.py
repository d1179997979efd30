"""Tokens of web identities: which are believed, and what each of the others is refused for."""

import base64
import contextlib
import json
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st
from policies import ACCOUNT, NOW

from skylens.iam.oidc_providers import OidcProvider
from skylens.sts.errors import ExpiredIdentityToken, InvalidIdentityToken
from skylens.sts.web_token import verify

URL = "idp.example/realm"
PROVIDER = OidcProvider(account=ACCOUNT, url=URL, client_ids=["skylens", "other"], thumbprints=[], created_at=NOW)
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
CLAIMS = {
    "iss": f"https://{URL}",
    "aud": "skylens",
    "sub": "repo:octo/app",
    "iat": int(NOW.timestamp()),
    "exp": int((NOW + timedelta(minutes=5)).timestamp()),
}


def a_key(private, algorithm):
    kind = jwt.algorithms.RSAAlgorithm if algorithm.startswith("RS") else jwt.algorithms.ECAlgorithm
    return jwt.PyJWK({**json.loads(kind.to_jwk(private.public_key())), "kid": "1", "alg": algorithm})


KEYS = {"1": a_key(RSA, "RS256")}


def a_token(*, private=RSA, algorithm="RS256", kid="1", **claims):
    told = {name: value for name, value in (CLAIMS | claims).items() if value is not None}
    return jwt.encode(told, private, algorithm=algorithm, headers={"kid": kid})


def verified(token, now=NOW, keys=KEYS):
    return verify(token, {URL: PROVIDER}.get, lambda _, kid: keys.get(kid), now)


def test_a_token_says_who_somebody_is():
    identity = verified(a_token())
    assert (identity.issuer, identity.audience, identity.subject) == (f"https://{URL}", "skylens", "repo:octo/app")
    assert identity.provider_arn == f"arn:aws:iam::{ACCOUNT}:oidc-provider/{URL}"
    assert identity.attributes == {f"{URL}:aud": "skylens", f"{URL}:sub": "repo:octo/app"}


def test_an_elliptic_key_will_do():
    assert verified(a_token(private=EC, algorithm="ES256"), keys={"1": a_key(EC, "ES256")}).subject


def test_tags_and_source_identity_come_in_claims_of_aws_s_names():
    tags = {"principal_tags": {"team": ["blue"]}, "transitive_tag_keys": ["team", "nothing"]}
    claims = {"https://aws.amazon.com/tags": tags, "https://aws.amazon.com/source_identity": "alice"}
    identity = verified(a_token(**claims))
    assert (identity.tags, identity.transitive_tag_keys) == ({"team": "blue"}, ("team",))
    assert identity.source_identity == "alice"


REFUSED = {
    "another issuer": (a_token(iss="https://evil.example"), "No OpenIDConnect provider found in your account"),
    "an issuer that is not read over TLS": (a_token(iss=f"http://{URL}"), "No OpenIDConnect provider found"),
    "another audience": (a_token(aud="somebody"), "Incorrect token audience"),
    "made for somebody else": (a_token(aud="skylens", azp="somebody"), "Incorrect token audience"),
    "no subject": (a_token(sub=None), "Missing a required claim: sub"),
    "no end": (a_token(exp=None), "Missing a required claim: exp"),
    "not begun": (a_token(nbf=CLAIMS["exp"]), "not valid yet"),
    "a time that is none": (a_token(exp=10**30), "is none"),
    "another key": (
        a_token(private=rsa.generate_private_key(public_exponent=65537, key_size=2048)),
        "The signature of the token cannot be verified",
    ),
    "a key that the provider does not have": (a_token(kid="2"), "no key of the token's kid"),
    "a shared secret": (a_token(private="s" * 64, algorithm="HS256"), "signed with HS256"),
    "no signature": (a_token(private=None, algorithm="none"), "signed with none"),
    "no token": ("x", "not a valid JWT"),
    "no JSON object": (f"{base64.urlsafe_b64encode(b'[]').decode()}.e30.x", "not a valid JWT"),
}


@pytest.mark.parametrize(("token", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(token, why):
    with pytest.raises(InvalidIdentityToken, match=why):
        verified(token)


def test_an_expired_token_is_told_from_a_wrong_one():
    with pytest.raises(ExpiredIdentityToken, match="Token expired"):
        verified(a_token(), NOW + timedelta(minutes=5))


@given(place=st.integers(0, len(a_token()) - 1), letter=st.characters(categories=["L", "N", "P"]))
def test_a_token_with_any_letter_changed_is_refused_or_says_the_same(place, letter):
    token = a_token()
    with contextlib.suppress(InvalidIdentityToken):
        assert verified(token[:place] + letter + token[place + 1 :]).subject == CLAIMS["sub"]
