"""Service access: each service that is answered here has a name in reports."""

import skylens.app
from skylens.iam.service_access import SERVICES
from skylens.registry import ACCESS

assert skylens.app


def test_every_service_has_a_name_in_reports():
    assert {service for service, _ in ACCESS} == SERVICES.keys()
