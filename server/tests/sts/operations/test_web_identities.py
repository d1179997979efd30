"""AssumeRoleWithWebIdentity against a provider of its own, over TLS."""

import http.server
import ipaddress
import json
import ssl
import threading
from datetime import timedelta

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from policies import ACCOUNT, NOW

from skylens.caller import ANYBODY
from skylens.clock import SystemClock
from skylens.iam import named, oidc_providers, revision
from skylens.iam.oidc_providers import OidcProvider
from skylens.registry import AccessDenied
from skylens.sts.errors import IdpCommunicationError, InvalidIdentityToken

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate():
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    start = SystemClock().now()
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, KEY.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(start - timedelta(hours=1))
    builder = builder.not_valid_after(start + timedelta(hours=1))
    return builder.add_extension(address, critical=False).sign(KEY, hashes.SHA256())


@pytest.fixture
def provider(control, tmp_path, monkeypatch):
    """A provider that answers, known to the account; its documents can be changed."""
    documents = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps(documents.get(self.path, {})).encode()
            self.send_response(200 if self.path in documents else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing."""

    pem = tmp_path / "idp.pem"
    private = KEY.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + certificate().public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"127.0.0.1:{server.server_port}"
        jwk = {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())), "kid": "1", "alg": "RS256"}
        documents["/.well-known/openid-configuration"] = {"issuer": f"https://{url}", "jwks_uri": f"https://{url}/keys"}
        documents["/keys"] = {"keys": [jwk]}
        made = OidcProvider(account=ACCOUNT, url=url, client_ids=["app"], thumbprints=[], created_at=NOW)
        with revision.writing(control) as connection:
            oidc_providers.create(connection, made)
        yield made, documents
        server.shutdown()
        thread.join()


@pytest.fixture
def trusted(control, role, provider):
    """The role, which trusts one subject of the provider."""
    made, _ = provider
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": made.arn},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{made.url}:sub": "alice", f"{made.url}:aud": "app"}},
    }
    with revision.writing(control) as connection:
        return named.change(connection, role, trust_policy=json.dumps({"Statement": [statement]}))


@pytest.fixture
def assume(sts, trusted, provider, clock):
    def run(*, role_arn=trusted.arn, **claims):
        now = int(clock.now().timestamp())
        told = {
            "iss": f"https://{provider[0].url}",
            "aud": "app",
            "sub": "alice",
            "iat": now,
            "exp": now + 60,
            **claims,
        }
        token = jwt.encode(told, KEY, algorithm="RS256", headers={"kid": "1"})
        return sts("AssumeRoleWithWebIdentity", ANYBODY, RoleArn=role_arn, RoleSessionName="w", WebIdentityToken=token)

    return run


def test_whoever_the_role_trusts_becomes_its_session(assume, session_of, provider):
    answer = assume()
    assert (answer["SubjectFromWebIdentityToken"], answer["Audience"]) == ("alice", "app")
    principal = session_of(answer)
    assert principal.arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/w"
    assert principal.session.federated_provider == provider[0].arn


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


def test_a_provider_that_names_no_keys_or_stands_for_another_is_not_believed(assume, provider):
    discovery = provider[1]["/.well-known/openid-configuration"]
    provider[1]["/.well-known/openid-configuration"] = {**discovery, "issuer": "https://evil.example"}
    with pytest.raises(IdpCommunicationError, match="another issuer"):
        assume()
    provider[1]["/.well-known/openid-configuration"] = {**discovery, "jwks_uri": "http://127.0.0.1/keys"}
    with pytest.raises(IdpCommunicationError, match="over TLS"):
        assume()
    del provider[1]["/.well-known/openid-configuration"]
    with pytest.raises(IdpCommunicationError, match="could not be read"):
        assume()
