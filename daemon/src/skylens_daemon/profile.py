"""The shared files ~/.aws/credentials and ~/.aws/config: a profile's key and region.

https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
"""

import configparser
from collections.abc import Mapping
from pathlib import Path

from skylens_daemon.sign import Key

# Ways for a profile to get a key that this daemon does not go; said aloud instead of passed over.
_OTHER_WAYS = ("role_arn", "credential_process", "sso_session", "sso_start_url", "login_session")


def key(environ: Mapping[str, str]) -> Key | None:
    """Return the profile's static key, None when there is no such profile, or raise ValueError for one we cannot use."""
    name = _name(environ)
    settings = _settings(environ, name)
    if "aws_access_key_id" in settings and "aws_secret_access_key" in settings:
        return Key(
            settings["aws_access_key_id"], settings["aws_secret_access_key"], settings.get("aws_session_token", "")
        )
    other = [way for way in _OTHER_WAYS if way in settings]
    if other:
        raise ValueError(
            f"profile {name!r} gets its key by {other[0]}, which skylens-daemon does not do;"
            " give it aws_access_key_id and aws_secret_access_key, or use RoleARN"
        )
    if environ.get("AWS_PROFILE") and not settings:
        raise ValueError(f"profile {name!r} is in neither shared file")
    return None


def region(environ: Mapping[str, str]) -> str:
    """Return the profile's region, or nothing."""
    return _settings(environ, _name(environ)).get("region", "")


def _name(environ: Mapping[str, str]) -> str:
    return environ.get("AWS_PROFILE") or "default"


def _settings(environ: Mapping[str, str], name: str) -> dict[str, str]:
    """Return what both files say of the profile; the credentials file wins."""
    section = "default" if name == "default" else f"profile {name}"
    in_config = _section(_path(environ, "AWS_CONFIG_FILE", "config"), section)
    in_credentials = _section(_path(environ, "AWS_SHARED_CREDENTIALS_FILE", "credentials"), name)
    return in_config | in_credentials


def _path(environ: Mapping[str, str], variable: str, name: str) -> Path | None:
    if environ.get(variable):
        return Path(environ[variable]).expanduser()
    return Path(environ["HOME"]) / ".aws" / name if environ.get("HOME") else None


def _section(path: Path | None, name: str) -> dict[str, str]:
    if path is None or not path.is_file():
        return {}
    # No section is special, "default" included; a secret may hold a percent sign.
    parser = configparser.RawConfigParser(default_section="", strict=False)
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
    except configparser.Error as exc:
        raise ValueError(f"{path} cannot be read: {exc}") from exc
    return dict(parser.items(name)) if parser.has_section(name) else {}
