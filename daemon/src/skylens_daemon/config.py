"""What the person who runs the daemon may choose: one table behind flags, environment, cfg.yaml and the help text."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # documented, absent from typeshed

from skylens_daemon import address, config_file, flags
from skylens_daemon.errors import ConfigError
from skylens_daemon.flags import Option

MIN_BUFFER_MB = 3

# Where the original looks when no -c is given.
FILE_LOCATIONS = (Path("/etc/amazon/xray/cfg.yaml"), Path("cfg.yaml"))


@dataclass(frozen=True, slots=True)
class Config:
    """One run's settings; the defaults are the original's, but for how many uploads may run at once."""

    udp_address: str = "127.0.0.1:2000"
    tcp_address: str = "127.0.0.1:2000"
    health_address: str = ""  # "": no health port
    endpoint: str = ""  # "": AWS's own in the region
    region: str = ""
    role_arn: str = ""
    resource_arn: str = ""
    buffer_mb: int = 0  # 0: 1 % of the machine's memory
    concurrency: int = 64  # more than forward.CAUTIOUS_UPLOADS only while the service takes what it is given
    local_mode: bool = False
    no_verify_ssl: bool = False
    ca_bundle: str = ""  # "": the authorities that the machine trusts
    proxy_address: str = ""
    log_path: str = ""  # "": standard output
    log_level: str = "prod"
    log_rotation: bool = True
    request_seconds: int = 10
    retry_seconds: int = 300
    flush_seconds: int = 10

    @property
    def buffer_bytes(self) -> int:
        """The limit of the buffer; a small machine gets the minimum."""
        megabytes = self.buffer_mb or max(MIN_BUFFER_MB, _machine_megabytes() // 100)
        return megabytes * 1024 * 1024


OPTIONS = (
    Option("resource_arn", "resource-arn", "a", "ResourceARN", "Amazon Resource Name (ARN) of the AWS resource running the daemon."),
    Option("local_mode", "local-mode", "o", "LocalMode", "Don't check for EC2 instance metadata.", bool),
    Option("buffer_mb", "buffer-memory", "m", "TotalBufferSizeMB", "Memory in MB that waiting segments can use (minimum 3; 0: 1 % of the machine's).", int),
    Option("region", "region", "n", "Region", "Send segments to the X-Ray service of a specific region."),
    Option("udp_address", "bind", "b", "Socket.UDPAddress", "UDP address for segments (127.0.0.1:2000)."),
    Option("tcp_address", "bind-tcp", "t", "Socket.TCPAddress", "TCP address of the signing proxy (127.0.0.1:2000)."),
    Option("role_arn", "role-arn", "r", "RoleARN", "Assume this IAM role to upload segments to a different account."),
    Option("config", "config", "c", "", "Load a configuration file from the specified path."),
    Option("log_path", "log-file", "f", "Logging.LogPath", "Output logs to the specified file path."),
    Option("log_level", "log-level", "l", "Logging.LogLevel", "From most verbose to least: dev, debug, info, warn, error, prod (default, as info)."),
    Option("proxy_address", "proxy-address", "p", "ProxyAddress", "Proxy address through which to upload segments."),
    Option("version", "version", "v", "", "Show the daemon's version.", bool),
    Option("endpoint", "endpoint", "", "Endpoint", "Send to this X-Ray endpoint, http://127.0.0.1:8000 for one."),
    Option("health_address", "health-address", "", "", "Serve /healthz, /readyz and /metrics on this address (off unless given)."),
    Option("concurrency", "concurrency", "", "Concurrency", "How many uploads may run at once (64); more than 8 only while the service keeps up.", int),
    Option("no_verify_ssl", "no-verify-ssl", "", "NoVerifySSL", "Do not verify the endpoint's certificate.", bool),
    Option("ca_bundle", "ca-bundle", "", "CABundle", "File of the authorities to trust, in PEM (AWS_CA_BUNDLE, else the machine's)."),
    Option("log_rotation", "log-rotation", "", "Logging.LogRotation", "Start a new log file at 50 MB and keep one old (true).", bool),
    Option("request_seconds", "request-seconds", "", "", "Give up on one upload's attempt after this long (10).", int),
    Option("retry_seconds", "retry-seconds", "", "", "Keep trying a batch for this long before it is dropped (300).", int),
    Option("flush_seconds", "flush-seconds", "", "", "At the end, keep sending what is left for this long (10).", int),
)  # fmt: skip


def load(
    arguments: Sequence[str], environ: Mapping[str, str], *, locations: Sequence[Path] = FILE_LOCATIONS
) -> tuple[Config, tuple[str, ...]]:
    """Return the settings and what the user should be warned of. A flag wins over the environment, that over the file.

    AWS_REGION, AWS_ENDPOINT_URL, AWS_CA_BUNDLE and HTTPS_PROXY speak last, as in the original: they fill what nobody chose.
    """
    given = flags.parse(arguments, OPTIONS)
    written, warnings = config_file.read(given.pop("config", ""), OPTIONS, locations)
    chosen: dict[str, Any] = written | _from_environment(environ) | given
    config = _with_aws_environment(replace(Config(), **chosen), environ)
    _validate(config)
    return config, warnings


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    found = {}
    for option in OPTIONS:
        name = option.environment_name
        if option.field not in {"config", "version"} and environ.get(name):
            try:
                found[option.field] = option.read(environ[name])
            except ValueError as exc:
                raise ConfigError(f"{name}: {environ[name]!r} is no {option.kind.__name__}") from exc
    return found


def _with_aws_environment(config: Config, environ: Mapping[str, str]) -> Config:
    region = config.region or environ.get("AWS_REGION", "")
    endpoint = config.endpoint or environ.get("AWS_ENDPOINT_URL_XRAY", "") or environ.get("AWS_ENDPOINT_URL", "")
    ca_bundle = config.ca_bundle or environ.get("AWS_CA_BUNDLE", "")
    return replace(config, region=region, endpoint=endpoint, ca_bundle=ca_bundle)


def proxy_from(environ: Mapping[str, str], host: str) -> str:
    """Return the environment's proxy for a host: HTTPS_PROXY, unless NO_PROXY names the host or it is this machine.

    >>> proxy_from({"HTTPS_PROXY": "http://proxy:3128"}, "127.0.0.1")
    ''
    """
    exceptions = {"no": environ.get("NO_PROXY", "") or environ.get("no_proxy", "")}
    if host in {"localhost", "::1"} or host.startswith("127.") or proxy_bypass_environment(host, exceptions):
        return ""
    return environ.get("HTTPS_PROXY", "")


def _validate(config: Config) -> None:
    if config.buffer_mb and config.buffer_mb < MIN_BUFFER_MB:
        raise ConfigError("Not enough Buffers Memory Allocated. Min Buffers Memory required: 3 MB.")
    for name in ("concurrency", "request_seconds", "retry_seconds"):
        if getattr(config, name) < 1:
            raise ConfigError(f"{name} must be at least 1, not {getattr(config, name)}")
    for text in (config.udp_address, config.tcp_address, config.health_address or ":0"):
        try:
            address.parse(text)
        except ValueError as exc:
            raise ConfigError(str(exc)) from exc
    for name in ("endpoint", "proxy_address"):
        url = getattr(config, name)
        if url and not url.startswith(("http://", "https://")):
            raise ConfigError(f"{name} {url!r} must begin with http:// or https://")


def _machine_megabytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1024 * 1024)
