"""cfg.yaml, versions 1 and 2, with the original's keys and sentences."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from skylens_daemon.errors import ConfigError
from skylens_daemon.flags import Option

SUPPORTED_VERSIONS = (1, 2)

# The original knows these keys, in this spelling and in Go's, and overwrites them with its defaults.
WITHOUT_EFFECT = frozenset(
    {
        "proxyserver.idleconntimeout",
        "proxyserver.maxidleconnsperhost",
        "proxyserver.maxidleconns",
        "ProxyServer.IdleConnTimeout",
        "ProxyServer.MaxIdleConnsPerHost",
        "ProxyServer.MaxIdleConns",
    }
)
_RETIRED = frozenset(
    {
        "Profile.CPU",
        "Profile.Memory",
        "Socket.BufferSizeKB",
        "Logging.LogFormat",
        "Processor.BatchProcessorQueueSize",
    }
)
_TO_MIGRATE = frozenset({"LogRotation", "Processor.Region", "Processor.Endpoint", "Processor.Routine", "MemoryLimit"})

_MANUAL = "Please refer to AWS X-Ray Documentation for more information."
_MIGRATE = f"Use X-Ray Daemon Config Migration Script to update the config file. {_MANUAL}"


def read(path: str, options: Sequence[Option], locations: Sequence[Path]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return field → value of the file, and warnings. Without a path the first existing location is read, or nothing.

    A file named with -c is checked key by key; in one that was merely found, an unknown key is only warned of.
    """
    found = Path(path) if path else next((place for place in locations if place.exists()), None)
    if found is None:
        return {}, ()
    content = dict(_flatten(_load(found)))
    known = {option.key: option for option in options if option.key}
    unknown = [key for key in content if key not in known and key not in WITHOUT_EFFECT and key != "Version"]
    if path and content and "Version" not in content:
        raise ConfigError(f"Config Version is missing. {_MIGRATE}")
    if path and unknown:
        raise ConfigError(_complaint(unknown[0]))
    if content.get("Version") not in SUPPORTED_VERSIONS:
        raise ConfigError(f"Config Version Setting is not correct. {_MIGRATE}")
    warnings = [f"{found}: {_complaint(key)}" for key in unknown]
    warnings += [f"{found}: {key} has no effect" for key in content if key in WITHOUT_EFFECT]
    return _values(content, known), tuple(warnings)


def _load(path: Path) -> Mapping[str, Any]:
    try:
        content = yaml.safe_load(path.read_bytes())
    except OSError as exc:
        raise ConfigError(f"Error occur when using config flag: open {path}: {exc.strerror}") from exc
    except yaml.YAMLError as exc:
        raise ConfigError(f"Error occur when using config flag: {path}: {exc}") from exc
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ConfigError(f"Error occur when using config flag: {path} holds no keys")
    return content


def _flatten(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in content.items():
        if isinstance(value, dict):
            yield from ((f"{key}.{inner}", item) for inner, item in value.items())
        else:
            yield str(key), value


def _values(content: Mapping[str, Any], known: Mapping[str, Option]) -> dict[str, Any]:
    """Return what the file really chooses: an empty text and a zero stand for the default, as in the original."""
    values: dict[str, Any] = {}
    for key, value in content.items():
        option = known.get(key)
        if option is None or value is None:
            continue
        if option.kind is str and not isinstance(value, (str, int, float)):
            raise ConfigError(_type_error(key, value, "string"))
        if option.kind is not str and type(value) is not option.kind:
            raise ConfigError(_type_error(key, value, option.kind.__name__))
        if option.kind is bool or value not in {"", 0}:
            values[option.field] = str(value) if option.kind is str else value
    return values


def _complaint(key: str) -> str:
    if key in _RETIRED:
        return f"{key} flag is not supported any more. {_MANUAL}"
    if key in _TO_MIGRATE:
        return f"{key} flag is not supported. {_MIGRATE}"
    return f"{key} flag is invalid. {_MANUAL}"


def _type_error(key: str, value: object, kind: str) -> str:
    return f"Error occur when using config flag: {key}: cannot unmarshal {value!r} into {kind}"
