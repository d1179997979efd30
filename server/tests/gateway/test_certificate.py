"""Certificates from files: what cannot be used is named, and new files count for new connections."""

import asyncio
import logging
import ssl

import pytest
from certificates import Authority, self_signed
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from skylens.config import Settings
from skylens.gateway.certificate import Certificate, CertificateUnusable, ca_bundle_of, certificate_of
from skylens.gateway.endpoint import endpoint_of


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def files(authority):
    return authority.issue("server", "localhost", "127.0.0.1")


def settings(certificate="", key="", ca="", **more):
    return Settings(tls_certificate=str(certificate), tls_key=str(key), tls_ca=str(ca), **more)


def test_without_a_certificate_there_is_no_tls():
    assert certificate_of(Settings()) is None


def test_the_key_may_stand_in_the_certificates_file(files, tmp_path):
    both = tmp_path / "both.pem"
    both.write_bytes(files[1].read_bytes() + files[0].read_bytes())
    assert certificate_of(settings(both)).server.minimum_version is ssl.TLSVersion.TLSv1_2


def test_files_that_cannot_be_used_are_named(authority, files, tmp_path):
    certificate, key = files
    other = authority.issue("other", "localhost")[1]
    secret = tmp_path / "secret.key"
    loaded = load_pem_private_key(key.read_bytes(), None)
    secret.write_bytes(loaded.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"a secret")))
    absent = tmp_path / "absent.pem"
    for given, complaint in (
        (settings(absent, key), f"the certificate {absent} cannot be read: No such file or directory"),
        (settings(tmp_path, key), f"the certificate {tmp_path} cannot be read: Is a directory"),
        (settings(certificate, absent), f"the key {absent} cannot be read: No such file or directory"),
        (settings(key, key), f"{key} has no certificate in PEM"),
        (settings(certificate, certificate), f"{certificate} has no usable private key in PEM"),
        (settings(certificate, other), f"the key {other} is not that of the certificate {certificate}"),
        (settings(certificate, secret), "the key has a passphrase"),
        (settings(certificate, key, absent), f"the certificate {absent} cannot be read"),
        (settings(key=key), "need --tls-certificate"),
    ):
        with pytest.raises(CertificateUnusable) as unusable:
            certificate_of(given)
        assert complaint in str(unusable.value)


def test_clients_trust_the_named_authority_or_a_certificate_that_nobody_else_signed(authority, files, tmp_path):
    alone, _ = self_signed(tmp_path, "localhost")
    assert ca_bundle_of(settings(files[0], ca=authority.bundle)) == str(authority.bundle)
    assert ca_bundle_of(settings(alone)) == str(alone)
    assert ca_bundle_of(settings(files[0])) == ca_bundle_of(Settings()) == ""


@pytest.mark.parametrize(
    ("names", "host", "endpoint"),
    [
        (["localhost", "127.0.0.1"], "0.0.0.0", "https://127.0.0.1:1"),  # noqa: S104
        (["localhost"], "127.0.0.1", "https://localhost:1"),
        (["::1"], "::", "https://[::1]:1"),
        (["xray.example.com"], "0.0.0.0", "https://xray.example.com:1"),  # noqa: S104
        (["*.example.com"], "xray.example.com", "https://xray.example.com:1"),
        (["*.example.com"], "127.0.0.1", "https://127.0.0.1:1"),
    ],
)
def test_the_endpoint_has_a_name_that_the_certificate_is_for(authority, names, host, endpoint):
    assert endpoint_of(settings(authority.issue("named", *names)[0], host=host), 1) == endpoint


async def peer_serial(server, client, hostname=None):
    """Return the serial number of the certificate that a client is shown."""
    listening = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=server)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client, server_hostname=hostname or "any.name")
        serial = writer.get_extra_info("peercert")["serialNumber"]
        writer.close()
        return serial


async def test_clients_in_this_process_trust_this_certificate_by_any_name_and_no_other(authority, files):
    certificate = Certificate(*files)
    other = Certificate(*authority.issue("other", "any.name"))
    assert await peer_serial(certificate.server, certificate.inside)
    with pytest.raises(ssl.SSLCertVerificationError):
        await peer_serial(other.server, certificate.inside)


async def test_new_files_count_for_new_connections_and_bad_ones_do_not(authority, tmp_path, caplog):
    used = tmp_path / "used.pem", tmp_path / "used.key"

    def put(files):
        for to, source in zip(used, files, strict=True):
            to.write_bytes(source.read_bytes())

    put(authority.issue("old", "localhost"))
    certificate = Certificate(*used)
    old = await peer_serial(certificate.server, certificate.inside)
    used[1].write_text("half a ke")
    certificate.reload()
    assert await peer_serial(certificate.server, certificate.inside) == old
    assert "event=certificate_kept" in caplog.text
    put(authority.issue("new", "localhost"))
    with caplog.at_level(logging.INFO):
        certificate.reload()
    assert await peer_serial(certificate.server, certificate.inside) != old
    assert "event=certificate_reloaded" in caplog.text
