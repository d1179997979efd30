"""A trail's world for tests: events that happen, jobs that run, buckets that hold what was delivered, and an auditor."""

import gzip
import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cloudtrail.events_of_tests import an_event, store_events
from cloudtrail.trail_calls import Account
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_der_public_key

from skylens.buckets.all_buckets import AllBuckets
from skylens.cloudtrail import signing_keys
from skylens.cloudtrail.delivery.deliver import Deliverer
from skylens.cloudtrail.delivery.sign_digests import DigestSigner
from skylens.cloudtrail.trail_sessions import microseconds
from skylens.ids import RandomIds
from skylens.wire.errors import ServiceError

DIGEST_SECONDS = 3600


class TrailWorld:
    """Time, events, jobs and buckets. ``invoke_errors`` names services that fail, and how."""

    def __init__(self, account: Account, store: Any, control: Any, clock: Any, buckets: AllBuckets) -> None:
        self.cloudtrail, self.store, self.control, self.clock = account, store, control, clock
        self.invoked: list[tuple[str, str, dict[str, Any]]] = []
        self.invoke_errors: dict[str, str] = {}
        self.events = 0
        self.settled_until = 0  # 0: everything is settled
        self.use(buckets, control)

    def use(self, buckets: Any, control: Any) -> None:
        """Let the jobs work through these."""
        self.deliverer = Deliverer(
            self.store,
            control,
            buckets,
            self.clock,
            RandomIds(),
            settled_us=self._settled_us,
            invoke_as=self._invoke_as,
        )
        self.signer = DigestSigner(control, buckets, self.clock, DIGEST_SECONDS, self._invoke_as)

    def _settled_us(self) -> int:
        return self.settled_until or microseconds(self.clock.now()) + 1

    def _invoke_as(self, caller: Any, source: str) -> Any:
        assert (caller.principal.type, source) == ("AWSService", "cloudtrail.amazonaws.com")

        def invoke(service: str, operation: str, request: Any) -> dict[str, Any]:
            self.invoked.append((service, operation, dict(request)))
            if code := self.invoke_errors.get(service):
                raise ServiceError(code, "no")
            return {}

        return invoke

    def event(self, *, advance: float = 1.0, **fields: Any) -> str:
        """Let something happen and a moment pass; the event's id."""
        self.events += 1
        event = an_event(self.events, time=self.clock.now(), **fields)
        store_events(self.store, [event], first_us=microseconds(self.clock.now()))
        self.clock.advance(advance)
        return event.id

    def run(self) -> None:
        """Let both jobs run once."""
        self.deliverer.run(self.clock.now())
        self.signer.run(self.clock.now())

    def pass_hours(self, hours: int) -> None:
        """Let time pass and the jobs run every five minutes."""
        for _ in range(hours * 12):
            self.clock.advance(300)
            self.run()


class Auditor:
    """Reads a bucket's folder as ``validate-logs`` does, and complains of whatever is wrong."""

    def __init__(self, folder: Path, control: Any) -> None:
        self.folder, self.control = folder, control

    def log_files(self, kind: str = "CloudTrail") -> list[Path]:
        return sorted(p for p in self.folder.rglob("*.json.gz") if f"/{kind}/" in str(p))

    def digests(self, region: str = "us-east-1") -> list[dict[str, Any]]:
        """Every digest there is, the oldest first."""
        paths = [p for p in self.log_files("CloudTrail-Digest") if f"/{region}/" in str(p)]
        found = [json.loads(gzip.decompress(path.read_bytes())) for path in paths]
        return sorted(found, key=lambda digest: digest["digestEndTime"])

    def events(self) -> list[str]:
        """The ids of all delivered events, as often as they were delivered."""
        return [record["eventID"] for path in self.log_files() for record in records(path)]

    def listed(self, region: str = "us-east-1") -> list[str]:
        """The keys of the log files that stand in a digest."""
        return [file["s3Object"] for digest in self.digests(region) for file in digest["logFiles"]]

    def complaints(self, region: str = "us-east-1") -> list[str]:
        """What is wrong with the digests of a region and the files that they list."""
        digests = self.digests(region)
        by_key = {digest["digestS3Object"]: digest for digest in digests}
        wrong = [f"signature of {d['digestS3Object']}" for d in digests if not self._is_signed(d, region)]
        continued = [d["previousDigestS3Object"] for d in digests if d["previousDigestS3Object"]]
        wrong += [f"{key} is continued twice" for key in {k for k in continued if continued.count(k) > 1}]
        for digest in digests:
            wrong += self._wrong_with_previous(digest, by_key)
            wrong += [f"hash of {f['s3Object']}" for f in digest["logFiles"] if not self._is_as_listed(f)]
        listed = self.listed(region)
        return wrong + [f"{key} is listed twice" for key in {k for k in listed if listed.count(k) > 1}]

    def _wrong_with_previous(self, digest: dict[str, Any], by_key: dict[str, dict[str, Any]]) -> list[str]:
        key = digest["previousDigestS3Object"]
        if key is None:
            return []
        if key not in by_key:
            return [f"{key} is missing"]
        if by_key[key]["digestEndTime"] != digest["digestStartTime"]:
            return [f"gap between {key} and {digest['digestS3Object']}"]
        data = gzip.decompress((self.folder / key).read_bytes())
        same = hashlib.sha256(data).hexdigest() == digest["previousDigestHashValue"]
        return [] if same and self._signature(key) == digest["previousDigestSignature"] else [f"chain at {key}"]

    def _is_as_listed(self, file: dict[str, Any]) -> bool:
        path = self.folder / file["s3Object"]
        return path.exists() and hashlib.sha256(gzip.decompress(path.read_bytes())).hexdigest() == file["hashValue"]

    def _signature(self, key: str) -> str:
        metadata = json.loads((self.folder / ".skylens" / "metadata" / f"{key}.json").read_text())
        assert metadata["signature-algorithm"] == "SHA256withRSA"
        return str(metadata["signature"])

    def _is_signed(self, digest: dict[str, Any], region: str) -> bool:
        key, end = digest["digestS3Object"], datetime.fromisoformat(digest["digestEndTime"])
        with self.control.read() as connection:
            known = signing_keys.public_keys(connection, region, end, end + timedelta(seconds=1))
        ders = {public.fingerprint: public.der for public in known}
        data = gzip.decompress((self.folder / key).read_bytes())
        lines = (
            digest["digestEndTime"],
            f"{digest['digestS3Bucket']}/{key}",
            hashlib.sha256(data).hexdigest(),
            digest["previousDigestSignature"] or "null",
        )
        try:
            load_der_public_key(ders[digest["digestPublicKeyFingerprint"]]).verify(
                bytes.fromhex(self._signature(key)), "\n".join(lines).encode(), padding.PKCS1v15(), hashes.SHA256()
            )
        except (InvalidSignature, KeyError):
            return False
        return True


def records(path: Path) -> list[dict[str, Any]]:
    """The records of a log file."""
    document = json.loads(gzip.decompress(path.read_bytes()))
    assert list(document) == ["Records"]
    return list(document["Records"])
