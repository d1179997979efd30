"""An OpenID Connect provider of our own: it answers over TLS and signs what it is asked to say."""

import http.server
import ipaddress
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
DISCOVERY = "/.well-known/openid-configuration"


class IdentityProvider:
    """Where it is found (``url`` has no scheme), the documents that it serves, and the certificate that it is known by."""

    def __init__(self, port: int, certificate: Path) -> None:
        self.url = f"127.0.0.1:{port}"
        self.certificate = certificate
        jwk = {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())), "kid": "1", "alg": "RS256"}
        self.documents: dict[str, Any] = {
            DISCOVERY: {"issuer": f"https://{self.url}", "jwks_uri": f"https://{self.url}/keys"},
            "/keys": {"keys": [jwk]},
        }

    def token(self, now: datetime, **claims: Any) -> str:
        """Return a token for alice, to be used by the client ``app`` within a minute; other claims may be given."""
        at = int(now.timestamp())
        told = {"iss": f"https://{self.url}", "aud": "app", "sub": "alice", "iat": at, "exp": at + 60, **claims}
        return jwt.encode(told, KEY, algorithm="RS256", headers={"kid": "1"})


@contextmanager
def identity_provider(folder: Path) -> Iterator[IdentityProvider]:
    """Run a provider; whoever is to believe it has SSL_CERT_FILE name its certificate."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(provider.documents.get(self.path, {})).encode()
            self.send_response(200 if self.path in provider.documents else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    pem = folder / "idp.pem"
    pem.write_bytes(_private_key() + _certificate().public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        provider = IdentityProvider(server.server_port, pem)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()


def _private_key() -> bytes:
    return KEY.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _certificate() -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, KEY.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(start - timedelta(hours=1)).not_valid_after(start + timedelta(hours=1))
    return builder.add_extension(address, critical=False).sign(KEY, hashes.SHA256())
