"""Where AWS's own X-Ray is in a region.

https://docs.aws.amazon.com/general/latest/gr/xray.html
"""

_DOMAIN_OF = {"cn-": "amazonaws.com.cn", "us-iso-": "c2s.ic.gov", "us-isob-": "sc2s.sgov.gov"}
_ELSEWHERE = "amazonaws.com"
DOMAINS = (_ELSEWHERE, *_DOMAIN_OF.values())


def domain(region: str) -> str:
    """Return the domain of the region's partition.

    >>> domain("eu-west-1"), domain("cn-north-1")
    ('amazonaws.com', 'amazonaws.com.cn')
    """
    return next((found for prefix, found in _DOMAIN_OF.items() if region.startswith(prefix)), _ELSEWHERE)


def xray(region: str) -> str:
    """Return the X-Ray endpoint of a region.

    >>> xray("us-east-1")
    'https://xray.us-east-1.amazonaws.com'
    """
    return f"https://xray.{region}.{domain(region)}"
