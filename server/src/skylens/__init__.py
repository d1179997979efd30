"""Skylens: a self-hosted X-Ray, CloudTrail and CloudWatch that speaks AWS's own protocols."""

__version__ = "0.1.0"
