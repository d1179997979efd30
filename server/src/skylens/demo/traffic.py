"""Shoppers: they look around, fill carts and check out, at a steady rate."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator

import requests

SHOPPERS = tuple(f"shopper-{number}" for number in range(1, 31))
KNOWN_PRODUCTS = 8
TIMEOUT_SECONDS = 10


class Traffic:
    """Sends requests to the storefront until it is stopped; ``outcomes`` counts answers by kind."""

    def __init__(self, storefront_port: int, *, requests_per_second: float = 4) -> None:
        self._base = f"http://127.0.0.1:{storefront_port}"
        self._pause = 1 / requests_per_second
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._shop, daemon=True) for _ in range(3)]
        self.outcomes: Counter[str] = Counter()

    def start(self) -> None:
        """Let the shoppers in."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let them finish and see them out."""
        self._stopped.set()
        for thread in self._threads:
            thread.join(TIMEOUT_SECONDS)

    def _shop(self) -> None:
        for method, path, body in _visits():
            if self._stopped.is_set():
                return
            started = time.monotonic()
            self.outcomes[self._ask(method, path, body)] += 1
            spent = time.monotonic() - started
            self._stopped.wait(max(0.0, random.uniform(0.5, 1.5) * self._pause * len(self._threads) - spent))

    def _ask(self, method: str, path: str, body: dict[str, str | int] | None) -> str:
        try:
            status = requests.request(method, self._base + path, json=body, timeout=TIMEOUT_SECONDS).status_code
        except requests.RequestException:
            return "no answer"
        return {2: "ok", 4: "error", 5: "fault"}.get(status // 100, str(status)) if status != 429 else "throttle"  # noqa: PLR2004


def _visits() -> Iterator[tuple[str, str, dict[str, str | int] | None]]:
    while True:
        shopper = random.choice(SHOPPERS)
        product = random.randint(1, KNOWN_PRODUCTS)
        yield "GET", "/", None
        yield "GET", f"/products/{product if random.random() > 0.05 else 99}", None  # noqa: PLR2004
        yield "POST", "/cart", {"shopper": shopper, "product": product}
        if random.random() < 0.5:  # noqa: PLR2004
            yield "POST", "/checkout", {"shopper": shopper}
