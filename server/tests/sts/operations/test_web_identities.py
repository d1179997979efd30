"""AssumeRoleWithWebIdentity against a provider of its own, over TLS."""

import json

import pytest
from identity_provider import DISCOVERY, identity_provider
from policies import ACCOUNT, NOW

from skylens.caller import ANYBODY
from skylens.iam import named, oidc_providers, revision
from skylens.iam.oidc_providers import OidcProvider
from skylens.registry import AccessDenied
from skylens.sts.errors import IdpCommunicationError, InvalidIdentityToken


@pytest.fixture
def provider(control, tmp_path, monkeypatch):
    """A provider that answers, known to the account."""
    with identity_provider(tmp_path) as running:
        monkeypatch.setenv("SSL_CERT_FILE", str(running.certificate))
        made = OidcProvider(account=ACCOUNT, url=running.url, client_ids=["app"], thumbprints=[], created_at=NOW)
        with revision.writing(control) as connection:
            oidc_providers.create(connection, made)
        yield running


def arn_of(provider):
    return f"arn:aws:iam::{ACCOUNT}:oidc-provider/{provider.url}"


@pytest.fixture
def trust(control, role, provider):
    """Let the role trust one subject of the provider, under further conditions."""

    def change(**conditions):
        about = {f"{provider.url}:sub": "alice", f"{provider.url}:aud": "app"}
        statement = {
            "Effect": "Allow",
            "Principal": {"Federated": arn_of(provider)},
            "Action": ["sts:AssumeRoleWithWebIdentity", "sts:SetSourceIdentity"],
            "Condition": {**conditions, "StringEquals": about | conditions.get("StringEquals", {})},
        }
        with revision.writing(control) as connection:
            return named.change(connection, role, trust_policy=json.dumps({"Statement": [statement]}))

    return change


@pytest.fixture
def trusted(trust):
    return trust()


@pytest.fixture
def assume(sts, trusted, provider, clock):
    def run(*, role_arn=trusted.arn, source_ip="192.0.2.7", request=(), **claims):
        token = provider.token(clock.now(), **claims)
        asked = {"RoleArn": role_arn, "RoleSessionName": "w", "WebIdentityToken": token, **dict(request)}
        return sts("AssumeRoleWithWebIdentity", ANYBODY, source_ip, **asked)

    return run


def test_whoever_the_role_trusts_becomes_its_session(assume, session_of, provider):
    answer = assume()
    assert (answer["SubjectFromWebIdentityToken"], answer["Audience"]) == ("alice", "app")
    principal = session_of(answer)
    assert principal.arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/w"
    assert principal.session.federated_provider == arn_of(provider)


def test_others_do_not_nor_is_it_told_whether_there_is_a_role(assume, trusted):
    with pytest.raises(AccessDenied, match="Not authorized to perform sts:AssumeRoleWithWebIdentity"):
        assume(sub="mallory")
    with pytest.raises(AccessDenied, match="Not authorized to perform sts:AssumeRoleWithWebIdentity"):
        assume(role_arn=f"{trusted.arn}x")


def test_tags_of_a_token_must_be_allowed(assume):
    with pytest.raises(AccessDenied):
        assume(**{"https://aws.amazon.com/tags": {"principal_tags": {"a": ["b"]}}})


def test_a_provider_of_another_account_is_none(assume):
    with pytest.raises(InvalidIdentityToken, match="No OpenIDConnect provider found"):
        assume(role_arn="arn:aws:iam::999999999999:role/x")


def test_a_provider_that_names_no_keys_or_stands_for_another_is_not_believed(assume, provider, clock):
    discovery = provider.documents[DISCOVERY]
    provider.documents[DISCOVERY] = {**discovery, "issuer": "https://evil.example"}
    with pytest.raises(IdpCommunicationError, match="another issuer"):
        assume()
    clock.advance(10)
    provider.documents[DISCOVERY] = {**discovery, "jwks_uri": "http://127.0.0.1/keys"}
    with pytest.raises(IdpCommunicationError, match="over TLS"):
        assume()
    clock.advance(10)
    del provider.documents[DISCOVERY]
    with pytest.raises(IdpCommunicationError, match="could not be read"):
        assume()


def test_a_provider_that_cannot_be_read_is_asked_again_after_ten_seconds(assume, provider, clock):
    discovery = provider.documents.pop(DISCOVERY)
    with pytest.raises(IdpCommunicationError, match="could not be read"):
        assume()
    provider.documents[DISCOVERY] = discovery
    clock.advance(9)
    with pytest.raises(IdpCommunicationError, match="could not be read"):
        assume()
    clock.advance(1)
    assert assume()["SubjectFromWebIdentityToken"] == "alice"


@pytest.mark.parametrize(
    "condition",
    [
        {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
        {"Bool": {"aws:SecureTransport": "false"}},
        {"StringEquals": {"aws:RequestedRegion": "us-east-1"}},
        {"DateLessThan": {"aws:CurrentTime": "2100-01-01T00:00:00Z"}},
        {"StringEquals": {"sts:RoleSessionName": "w", "sts:SourceIdentity": "alice@example"}},
        {"NumericLessThanEquals": {"sts:DurationSeconds": "900"}},
    ],
    ids=lambda condition: next(iter(next(iter(condition.values())))),
)
def test_a_trust_policy_may_ask_whatever_a_policy_may_ask_of_a_call(trust, assume, condition):
    trust(**condition)
    told = {"https://aws.amazon.com/source_identity": "alice@example"}
    assert assume(request={"DurationSeconds": 900}, **told)["SourceIdentity"] == "alice@example"


def test_whoever_asks_from_elsewhere_is_refused(trust, assume):
    trust(IpAddress={"aws:SourceIp": "192.0.2.0/24"})
    with pytest.raises(AccessDenied):
        assume(source_ip="198.51.100.1")
