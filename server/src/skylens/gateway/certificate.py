"""Certificate: what the server proves with who it is, and what its own process trusts. Files in PEM, read anew on request."""

from __future__ import annotations

import logging
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

if TYPE_CHECKING:
    from skylens.config import Settings

logger = logging.getLogger(__name__)


class CertificateUnusable(Exception):
    """The files are missing, unreadable, or do not belong together; the message says which and why."""


class Certificate:
    """The certificate in use. ``server`` is for the listening side, ``inside`` for clients in this very process.

    Those trust this one certificate, whatever names it is for: they know whom they call.
    """

    def __init__(self, certificate: Path, key: Path) -> None:
        self._certificate, self._key = certificate, key
        self.server = _server_context(certificate, key)
        self.inside = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.inside.check_hostname = False
        self.inside.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # it counts although its issuer is not known
        self._trust()

    def reload(self) -> None:
        """Read the files again for connections that are yet to come; files that cannot be used change nothing."""
        try:
            _server_context(self._certificate, self._key)
        except CertificateUnusable as error:
            logger.error("event=certificate_kept reason=%r", str(error))  # noqa: TRY400  # files to mend, no defect
            return
        self.server.load_cert_chain(self._certificate, self._key)
        self._trust()
        logger.info("event=certificate_reloaded file=%s", self._certificate)

    def _trust(self) -> None:
        first = read(self._certificate).public_bytes(Encoding.PEM).decode()
        self.inside.load_verify_locations(cadata=first)


def certificate_of(settings: Settings) -> Certificate | None:
    """Return the certificate that the settings name, or None where the server speaks plain HTTP."""
    if not settings.tls_certificate:
        if settings.tls_key or settings.tls_ca:
            raise CertificateUnusable("--tls-key and --tls-ca need --tls-certificate beside them")
        return None
    certificate = Path(settings.tls_certificate)
    ca_bundle_of(settings)
    return Certificate(certificate, Path(settings.tls_key) if settings.tls_key else certificate)


def ca_bundle_of(settings: Settings) -> str:
    """Return the file that clients must trust: the one that was named, or a certificate that nobody else has signed."""
    if settings.tls_ca:
        read(Path(settings.tls_ca))
        return str(Path(settings.tls_ca).absolute())
    if not settings.tls_certificate:
        return ""
    certificate = read(Path(settings.tls_certificate))
    return str(Path(settings.tls_certificate).absolute()) if certificate.issuer == certificate.subject else ""


def read(path: Path) -> x509.Certificate:
    """Return the first certificate of a file."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except OSError as error:
        raise CertificateUnusable(f"the certificate {path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise CertificateUnusable(f"{path} has no certificate in PEM") from error


def names(certificate: x509.Certificate) -> list[str]:
    """Return the names and addresses that a certificate is for."""
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    found = extension.value
    addresses = [str(address) for address in found.get_values_for_type(x509.IPAddress)]
    return [*found.get_values_for_type(x509.DNSName), *addresses]


def _server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    read(certificate)
    try:
        key.read_bytes()
    except OSError as error:
        raise CertificateUnusable(f"the key {key} cannot be read: {error.strerror}") from error
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key, password=_refuse_passphrase)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise CertificateUnusable(f"the key {key} is not that of the certificate {certificate}") from error
        raise CertificateUnusable(f"{key} has no usable private key in PEM ({error.reason})") from error
    return context


def _refuse_passphrase() -> NoReturn:
    raise CertificateUnusable("the key has a passphrase, which a server has nobody to ask for: store it without one")
