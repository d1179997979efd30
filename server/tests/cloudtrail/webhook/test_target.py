"""Targets: what cannot be sent to, or not signed, is refused at the start, in words and without the secret."""

import pytest

from skylens.app import CannotStart, build
from skylens.cloudtrail.webhook.target import SECRET_VARIABLE, target_of
from skylens.config import Settings

URL = "https://siem.example.com/events"
SECRET = "QUJD" * 8


def test_without_a_url_nobody_is_told(monkeypatch):
    monkeypatch.setenv(SECRET_VARIABLE, SECRET)
    assert target_of(Settings()) is None


def test_the_secret_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv(SECRET_VARIABLE, SECRET)
    target = target_of(Settings(event_webhook=URL))
    assert target is not None
    assert (target.url, target.secret, target.reads) == (URL, b"ABC" * 8, False)
    assert repr(target) == "Target(reads=False)"


def test_or_from_a_file_which_wins(monkeypatch, tmp_path):
    monkeypatch.setenv(SECRET_VARIABLE, SECRET)
    file = tmp_path / "secret"
    file.write_text("whsec_" + "REVG" * 8 + "\n")
    settings = Settings(event_webhook=URL, event_webhook_secret_file=str(file), event_webhook_reads="on")
    target = target_of(settings)
    assert target is not None
    assert (target.secret, target.reads) == (b"DEF" * 8, True)


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("siem.example.com/events", "begins with https:// or http:// and names a host"),
        ("ftp://siem.example.com", "begins with https:// or http:// and names a host"),
        ("https:///events", "begins with https:// or http:// and names a host"),
        ("https://siem.example.com:99999/", "names port 99999"),
        ("https://siem.example.com:0/", "names port 0"),
        ("https://siem.example.com/\n", "is no URL"),
        ("https://erin:hunter2@siem.example.com/", "carries credentials"),
        ("https://erin@siem.example.com/", "carries credentials"),
        ("https://siem.example.com/#top", "carries a fragment"),
        ("https://siem.example.com/#", "carries a fragment"),
    ],
)
def test_what_is_no_receivers_url_is_refused(url, complaint, monkeypatch):
    monkeypatch.setenv(SECRET_VARIABLE, SECRET)
    with pytest.raises(ValueError, match=complaint) as refused:
        target_of(Settings(event_webhook=url))
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("secret", "complaint"),
    [
        ("", "needs a secret to sign with"),
        (" \n", "needs a secret to sign with"),
        ("correct horse", "not in base64"),
        ("QUJD", "3 bytes, not 24 to 64"),
        ("QUJD" * 22, "66 bytes, not 24 to 64"),
    ],
)
def test_what_is_no_secret_is_refused(secret, complaint, monkeypatch):
    monkeypatch.setenv(SECRET_VARIABLE, secret)
    with pytest.raises(ValueError, match=complaint) as refused:
        target_of(Settings(event_webhook=URL))
    assert not secret.strip() or secret not in str(refused.value)


def test_a_server_does_not_start_on_such_settings(tmp_path):
    with pytest.raises(CannotStart, match="--event-webhook needs a secret to sign with"):
        build(Settings(data=tmp_path, daemon_address="off", event_webhook=URL))
    with pytest.raises(CannotStart, match="No such file"):
        build(Settings(data=tmp_path, event_webhook=URL, event_webhook_secret_file=str(tmp_path / "none")))
