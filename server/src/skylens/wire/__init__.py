"""AWS's wire protocols: bytes to Python values and back, from botocore's service models."""
