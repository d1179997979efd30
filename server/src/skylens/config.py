"""Settings: what the person who runs Skylens may choose, and the limits it keeps to."""

import ipaddress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Limits:
    """The quotas of the services. The defaults are generous; ``AWS_LIMITS`` are AWS's own figures.

    https://docs.aws.amazon.com/general/latest/gr/xray.html
    """

    request_bytes: int = 64 * 1024 * 1024
    requests_per_second: int = 0  # of one operation by one account; 0: no limit
    segment_document_bytes: int = 1024 * 1024
    trace_bytes: int = 0  # 0: no limit
    segments_per_second: int = 0  # 0: no limit
    documents_per_call: int = 10_000
    trace_ids_per_call: int = 100
    trace_summaries_range_hours: int = 24 * 30
    service_graph_range_hours: int = 24
    graph_nodes: int = 10_000
    groups: int = 1_000
    sampling_rules: int = 1_000
    tags_per_resource: int = 50
    trails: int = 100
    event_data_stores: int = 100
    channels: int = 100
    concurrent_queries: int = 10
    query_seconds: int = 600
    query_result_rows: int = 100_000
    indexed_annotations_per_document: int = 50


AWS_LIMITS = Limits(
    request_bytes=5 * 1024 * 1024,
    segment_document_bytes=64 * 1024,
    trace_bytes=500 * 1024,
    segments_per_second=2_600,
    documents_per_call=50,
    trace_ids_per_call=5,
    trace_summaries_range_hours=24,
    service_graph_range_hours=6,
    groups=25,
    sampling_rules=25,
    trails=5,
    event_data_stores=10,
    channels=25,
)


@dataclass(frozen=True, slots=True)
class Settings:
    """One run's settings. Each is a flag of ``skylens up`` and ``SKYLENS_<NAME>`` in the environment; a flag wins."""

    host: str = "127.0.0.1"
    port: int = 8000
    daemon_address: str = "127.0.0.1:2000"  # "off" runs no daemon
    account: str = "000000000000"
    region: str = "us-east-1"
    data: Path = field(default_factory=lambda: Path.home() / ".skylens")
    store: str = ""  # "": chDB under data
    state: str = ""  # "": SQLite under data
    tls_certificate: str = ""  # "": plain HTTP
    tls_key: str = ""  # "": in the certificate's file
    tls_ca: str = ""  # "": what the machine trusts, or the certificate itself where nobody else signed it
    auth: Literal["required", "off"] = "required"
    limits: Literal["generous", "aws"] = "generous"
    cluster: str = ""  # name of a ClickHouse cluster, for Replicated and Distributed tables
    retention_days: int = 30
    history_days: int = 90
    handler_threads: int = 8
    buckets: str = ""  # "": under data
    s3_endpoint: str = ""  # "": buckets are folders only; "aws" or an address
    trail_delivery_seconds: int = 300
    digest_seconds: int = 3600
    insight_baseline_days: int = 7
    insight_least_calls: int = 10  # a minute: fewer are never an unusual rate
    event_webhook: str = ""  # "": nobody is told of events
    event_webhook_secret_file: str = ""  # "": the secret is in the environment
    event_webhook_reads: Literal["off", "on"] = "off"

    @property
    def store_url(self) -> str:
        """Where telemetry is kept."""
        return self.store or f"chdb://{(self.data / 'store').absolute()}"

    @property
    def state_url(self) -> str:
        """Where control-plane state is kept."""
        return self.state or f"sqlite:///{(self.data / 'state.sqlite').absolute()}"

    @property
    def bucket_folder(self) -> Path:
        """Where the buckets of this machine are: a folder for each account, in it one for each bucket."""
        return Path(self.buckets) if self.buckets else self.data / "buckets"

    @property
    def quotas(self) -> Limits:
        """The limits in force."""
        return AWS_LIMITS if self.limits == "aws" else Limits()


def is_loopback(host: str) -> bool:
    """Whether only this machine is reached by the name.

    >>> is_loopback("localhost"), is_loopback("::1"), is_loopback("127.0.0.1.example.com")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


SETTING_NAMES = tuple(f.name for f in fields(Settings))
