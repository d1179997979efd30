"""A small ClickHouse: its HTTP interface as clickhouse-connect speaks it, executed on chDB in a process of its own.

Run as a program it serves ``<folder>`` on a free port of the loopback, prints that port, and ends with its standard input.
It is there to drive our HTTP path over a real socket; the SQL below is executed by the same engine as everywhere.

https://clickhouse.com/docs/interfaces/http
"""

import base64
import email.parser
import email.policy
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

USER, PASSWORD = "skylens", "open/sesame"

# Parameters of the URL that speak to the transport; every other one is a setting of the query.
_TRANSPORT = {
    "query", "database", "query_id", "session_id", "session_timeout", "session_check", "quota_key", "compress",
    "decompress", "wait_end_of_query", "buffer_size", "client_protocol_version", "send_progress_in_http_headers",
    "http_headers_progress_interval_ms", "enable_http_compression", "role", "default_format",
    "cancel_http_readonly_queries_on_client_close",
}  # fmt: skip
_INSERT = re.compile(rb"\s*INSERT\s+INTO\s[^']*?\sFORMAT\s+\w+", re.IGNORECASE)
_CODE = re.compile(r"Code: (\d+)")
_NOT_FOUND = {"60", "81", "47"}  # UNKNOWN_TABLE, UNKNOWN_DATABASE, UNKNOWN_IDENTIFIER
_IDENTIFIER = re.compile(r"^\w+$")


@dataclass
class Question:
    """One request, taken apart: the statement, its parameters and settings, and rows to insert."""

    statement: str
    data: bytes = b""
    params: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    database: str = "default"


class Handler(BaseHTTPRequestHandler):
    """Answers as a server would: a result, or an exception with its code in a header."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # named by the standard library
        if urlsplit(self.path).path == "/ping":
            return self._answer(200, b"Ok.\n", {})
        return self.do_POST()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = self._chunks()
        if not self._is_known():
            return self._refuse("Code: 516. DB::Exception: Authentication failed. (AUTHENTICATION_FAILED)")
        try:
            result, rows = execute(question(self.path, self.headers, body))
        except Exception as exc:  # noqa: BLE001  # whatever it is, it is the client's to see
            return self._refuse(str(exc))
        summary = json.dumps({"read_rows": "0", "written_rows": str(rows)})
        return self._answer(200, result, {"X-ClickHouse-Summary": summary})

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # named by the standard library
        pass

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _is_known(self) -> bool:
        expected = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        by_header = (self.headers.get("X-ClickHouse-User"), self.headers.get("X-ClickHouse-Key"))
        return self.headers.get("Authorization") == f"Basic {expected}" or by_header == (USER, PASSWORD)

    def _refuse(self, text: str) -> None:
        found = _CODE.search(text)
        code = found[1] if found else "1001"
        status = 404 if code in _NOT_FOUND else 403 if code == "516" else 500
        self._answer(status, text.encode(), {"X-ClickHouse-Exception-Code": code})

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        common = {"X-ClickHouse-Timezone": "UTC", "X-ClickHouse-Query-Id": "1", "Content-Length": str(len(body))}
        for name, value in {**common, **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def question(path: str, headers: Mapping[str, str], body: bytes) -> Question:
    """Take a request apart: fields in the URL, a form, or a statement (and rows) in the body."""
    fields = dict(parse_qsl(urlsplit(path).query, keep_blank_values=True))
    kind = headers.get("Content-Type", "")
    if headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    if kind.startswith("multipart/form-data"):
        fields |= _form(kind, body)
        body = b""
    statement, data = _split(fields["query"].encode() + b"\n" + body if "query" in fields else body)
    return Question(
        statement.decode(),
        data,
        {name.removeprefix("param_"): value for name, value in fields.items() if name.startswith("param_")},
        {n: v for n, v in fields.items() if n not in _TRANSPORT and not n.startswith("param_")},
        fields.get("database", "default"),
    )


def _split(body: bytes) -> tuple[bytes, bytes]:
    """Split an INSERT from the rows that follow the first line break after its FORMAT."""
    head = _INSERT.match(body)
    return (body[: head.end()], body[head.end() :].lstrip(b" ").removeprefix(b"\n")) if head else (body, b"")


def _form(kind: str, body: bytes) -> dict[str, str]:
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
        f"Content-Type: {kind}\r\n\r\n".encode() + body
    )
    fields = {}
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        fields[str(part.get_param("name", header="content-disposition"))] = content.decode()
    return fields


def execute(asked: Question) -> tuple[bytes, int]:
    """Run the statement on a connection of its own, as a server without sessions does, and return result and rows read."""
    import chdb

    connection = chdb.connect(FOLDER)
    try:
        if asked.database != "default":
            connection.query(f"USE {asked.database}")
        for name, value in asked.settings.items():
            assert _IDENTIFIER.match(name)
            connection.query(f"SET {name} = '{value}'")
        if not asked.data:
            result = connection.query(asked.statement, "TabSeparated", params=asked.params)
            return result.bytes() or b"", 0
        with tempfile.NamedTemporaryFile() as file:
            file.write(asked.data)
            file.flush()
            head, _, kind = asked.statement.rpartition("FORMAT")
            result = connection.query(f"{head} FROM INFILE '{file.name}' FORMAT {kind}", "TabSeparated")
            return b"", result.rows_read()
    finally:
        connection.close()


FOLDER = ""


def serve(folder: str) -> None:
    """Serve until standard input ends."""
    global FOLDER  # noqa: PLW0603  # one folder per process, as chDB has it
    FOLDER = folder
    import chdb

    keep_open = chdb.connect(folder)  # or the engine would be closed and opened for each request
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.shutdown()
    server.server_close()
    keep_open.close()


@contextmanager
def clickhouse_over_http(folder: Path) -> Iterator[str]:
    """Start the server in a process of its own and yield the URL of the store in it."""
    command = [sys.executable, "-W", "error", __file__, str(folder)]
    environment = os.environ | {"TZ": "America/New_York"}  # a server is elsewhere; nothing may depend on its zone
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port.isdigit(), "the server did not start"
        yield f"clickhouse://{USER}:{PASSWORD.replace('/', '%2F')}@127.0.0.1:{port}/default"
        process.stdin.close()
        process.wait(timeout=30)


if __name__ == "__main__":
    serve(sys.argv[1])
