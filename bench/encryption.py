"""What encryption at rest costs: CPU time of the server for each stored segment, with a key of KMS and without."""

import asyncio
import tempfile
from pathlib import Path

import boto3
import psutil

from bench.ingest import requests_of, send, settling
from bench.server import Server, running

ROUNDS = 3


def measure(segments: int) -> dict[str, float]:
    """Return the CPU time of a segment in microseconds, plain and encrypted in turn, the least of three rounds each."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "data") as server:
        plain, encrypted = [], []
        key = _client(server, "kms").create_key()["KeyMetadata"]["KeyId"]
        xray = _client(server, "xray")
        _cpu_us(server, segments // 10, seed=100)
        for number in range(ROUNDS):
            xray.put_encryption_config(Type="NONE")
            plain.append(_cpu_us(server, segments, seed=number))
            xray.put_encryption_config(Type="KMS", KeyId=key)
            encrypted.append(_cpu_us(server, segments, seed=number + ROUNDS))
    return {
        "plain_cpu_us_per_segment": min(plain),
        "encrypted_cpu_us_per_segment": min(encrypted),
        "encryption_cpu_us_per_segment": min(encrypted) - min(plain),
    }


def _cpu_us(server: Server, segments: int, *, seed: int) -> float:
    requests = requests_of(server, segments, seed=seed)
    process = psutil.Process(server.process.pid)
    settling(process.pid)
    before = sum(process.cpu_times()[:2])
    asyncio.run(send(server.port, requests, pause=0))
    settling(process.pid)
    return (sum(process.cpu_times()[:2]) - before) / segments * 1e6


def _client(server: Server, service: str) -> "boto3.client":
    return boto3.client(
        service,
        endpoint_url=f"http://127.0.0.1:{server.port}",
        region_name=server.environment["AWS_REGION"],
        aws_access_key_id=server.environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=server.environment["AWS_SECRET_ACCESS_KEY"],
    )
