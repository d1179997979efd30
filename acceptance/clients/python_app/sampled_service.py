"""A service with AWS's X-Ray SDK: asks its sampler for many requests, again and again, and prints which share is sampled."""

import sys
import time

from aws_xray_sdk.core import xray_recorder

REQUESTS = 200

request = {"service": sys.argv[1], "host": "shop.example", "method": "POST", "path": "/checkout"}
xray_recorder.configure(service=sys.argv[1], context_missing="LOG_ERROR")
sampler = xray_recorder.sampler
# It reports, and hears of changed rules, each second in place of each ten: nobody here has the time.
sampler._target_poller._interval = 1
sampler.start()
while sampler._cache.last_updated is None:
    time.sleep(0.05)
while True:
    sampled = sum(bool(sampler.should_trace(request)) for _ in range(REQUESTS))
    print(sampled / REQUESTS, flush=True)
    time.sleep(0.2)
