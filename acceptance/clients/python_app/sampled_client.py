"""A client process that asks the central sampler for every request; prints how many were sampled in each second."""

import sys
import time

from aws_xray_sdk.core import xray_recorder

SECONDS = int(sys.argv[1])
RATE = 50

xray_recorder.configure(service="sampled", context_missing="LOG_ERROR")
sampled = [0] * SECONDS
xray_recorder.sampler.start()
started = time.monotonic()
while (spent := time.monotonic() - started) < SECONDS:
    if xray_recorder.sampler.should_trace({"service": "sampled", "host": "h", "method": "GET", "path": "/"}):
        sampled[int(spent)] += 1
    time.sleep(1 / RATE)
print(" ".join(str(count) for count in sampled))
