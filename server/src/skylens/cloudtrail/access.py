"""What each operation of CloudTrail needs, and how the audit trail files it.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudtrail.html
"""

from typing import Final

from skylens.registry import Access, declare_access

ACCESS: Final = {
    "LookupEvents": Access(read_only=True),
}
declare_access("cloudtrail", ACCESS)
