"""Where the other services of the shop are, and how one asks them."""

import os
from typing import Any

import requests

TIMEOUT_SECONDS = 5


def url(service: str, path: str) -> str:
    """Return a neighbour's address; the shop hands them out in the environment."""
    return f"http://127.0.0.1:{os.environ[f'SHOP_{service.upper()}_PORT']}{path}"


def ask(service: str, path: str) -> Any:
    """Return what a neighbour answers a GET with; an error of its becomes one of ours."""
    answer = requests.get(url(service, path), timeout=TIMEOUT_SECONDS)
    answer.raise_for_status()
    return answer.json()


def tell(service: str, path: str, body: dict[str, Any]) -> requests.Response:
    """Return a neighbour's answer to a POST, whatever its status."""
    return requests.post(url(service, path), json=body, timeout=TIMEOUT_SECONDS)
