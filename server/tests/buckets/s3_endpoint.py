"""An S3 endpoint at the other end of a socket: so much of it as a client that puts, gets, heads and lists needs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

DATE = "Wed, 01 Jul 2026 12:00:00 GMT"


@dataclass
class S3Endpoint:
    """Buckets with their objects and headers; ``refuse_with`` answers every write with that code."""

    url: str
    buckets: dict[str, dict[str, tuple[bytes, dict[str, str]]]] = field(default_factory=dict)
    refuse_with: str = ""


@contextmanager
def s3_endpoint() -> Iterator[S3Endpoint]:
    """Run an endpoint on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.endpoint = S3Endpoint(f"http://127.0.0.1:{server.server_address[1]}")  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server.endpoint  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: object) -> None:
        """Keep quiet."""

    def do_PUT(self) -> None:  # the library's name
        endpoint, bucket, key = self._asked()
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if endpoint.refuse_with:
            self._fail(403, endpoint.refuse_with)
        elif bucket not in endpoint.buckets:
            self._fail(404, "NoSuchBucket")
        else:
            endpoint.buckets[bucket][key] = body, {k.lower(): v for k, v in self.headers.items()}
            self._answer(200, b"", {"ETag": '"1"'})

    def do_GET(self) -> None:
        endpoint, bucket, key = self._asked()
        if bucket not in endpoint.buckets:
            self._fail(404, "NoSuchBucket")
        elif not key:
            self._list(endpoint.buckets[bucket])
        elif key not in endpoint.buckets[bucket]:
            self._fail(404, "NoSuchKey")
        else:
            body, headers = endpoint.buckets[bucket][key]
            kept = {
                k: v
                for k, v in headers.items()
                if k.startswith("x-amz-meta-") or k in {"content-type", "content-encoding"}
            }
            self._answer(200, body, {"ETag": '"1"', "Last-Modified": DATE, **kept})

    do_HEAD = do_GET  # noqa: N815

    def _list(self, objects: dict[str, tuple[bytes, dict[str, str]]]) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        after = query.get("continuation-token", query.get("start-after", ""))
        keys = sorted(k for k in objects if k.startswith(query.get("prefix", "")) and k > after)
        page, more = keys[:2], len(keys) > 2  # pages of two, so that clients have to turn them
        contents = "".join(
            f'<Contents><Key>{escape(k)}</Key><Size>{len(objects[k][0])}</Size><ETag>"1"</ETag>'
            f"<LastModified>2026-07-01T12:00:00.000Z</LastModified></Contents>"
            for k in page
        )
        token = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if more else ""
        body = f"<ListBucketResult><IsTruncated>{str(more).lower()}</IsTruncated>{contents}{token}</ListBucketResult>"
        self._answer(200, body.encode(), {"Content-Type": "application/xml"})

    def _asked(self) -> tuple[S3Endpoint, str, str]:
        bucket, _, key = unquote(urlsplit(self.path).path).removeprefix("/").partition("/")
        return self.server.endpoint, bucket, key  # type: ignore[attr-defined]

    def _fail(self, status: int, code: str) -> None:
        body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
        self._answer(status, body, {"Content-Type": "application/xml"})

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
