"""Secrets: sealed with the instance key, readable with it alone."""

import base64
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skylens.store.control import open_control
from skylens.store.control.secrets import Secrets, SecretUnreadable, instance_key

KEY = bytes(range(32))


@given(st.binary(max_size=200))
def test_what_was_sealed_can_be_opened(secret: bytes):
    secrets = Secrets(KEY)
    assert secrets.decrypt(secrets.encrypt(secret)) == secret


def test_the_same_secret_is_never_sealed_alike():
    secrets = Secrets(KEY)
    assert secrets.encrypt(b"x") != secrets.encrypt(b"x")


@given(st.binary(min_size=1, max_size=40), st.data())
def test_any_changed_byte_is_noticed(secret: bytes, data: st.DataObject):
    sealed = bytearray(Secrets(KEY).encrypt(secret))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SecretUnreadable):
        Secrets(KEY).decrypt(bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + bytes(5), b"\x02" + bytes(40)])
def test_what_is_no_secret_is_said_so(sealed: bytes):
    with pytest.raises(SecretUnreadable):
        Secrets(KEY).decrypt(sealed)


def test_another_instance_cannot_open_it():
    with pytest.raises(SecretUnreadable):
        Secrets(bytes(32)).decrypt(Secrets(KEY).encrypt(b"x"))


def test_a_folder_gets_one_key_that_only_its_owner_reads(tmp_path: Path):
    key = instance_key(tmp_path / "new")
    assert key == instance_key(tmp_path / "new")
    assert len(key) == 32
    assert stat.S_IMODE((tmp_path / "new" / "instance.key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["instance.key"]


def test_a_key_that_others_can_read_is_refused(tmp_path: Path):
    instance_key(tmp_path)
    (tmp_path / "instance.key").chmod(0o644)
    with pytest.raises(PermissionError, match="chmod 600"):
        instance_key(tmp_path)


@pytest.mark.parametrize("given_key", [KEY.hex(), base64.b64encode(KEY).decode(), f" {KEY.hex()}\n"])
def test_a_given_key_wins_and_leaves_no_file(tmp_path: Path, given_key: str):
    assert instance_key(tmp_path, given_key) == KEY
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("given_key", ["short", "zz" * 32, base64.b64encode(bytes(31)).decode()])
def test_a_given_key_of_the_wrong_form_is_refused(tmp_path: Path, given_key: str):
    with pytest.raises(ValueError, match="instance key"):
        instance_key(tmp_path, given_key)


def test_nodes_share_the_key_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SKYLENS_INSTANCE_KEY", KEY.hex())
    control = open_control(f"sqlite:///{tmp_path / 'state.sqlite'}", tmp_path)
    assert Secrets(KEY).decrypt(control.secrets.encrypt(b"x")) == b"x"
    control.close()
    assert not os.path.exists(tmp_path / "instance.key")  # noqa: PTH110
