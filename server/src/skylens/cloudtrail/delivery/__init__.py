"""Delivery: what a trail's job writes: log files, digests, notifications, log events."""
