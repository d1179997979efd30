"""models.py: what botocore's models say."""

import pytest

from skylens.wire import models


def test_every_service_of_the_list_can_be_loaded():
    counts = {name: len(models.load(name).operations) for name in models.SERVICE_NAMES}
    assert min(counts.values()) >= 1
    assert {"xray": 38, "cloudtrail-data": 1}.items() <= counts.items()


def test_a_service_is_loaded_once():
    assert models.load("xray") is models.load("xray")


def test_an_unknown_service_is_refused():
    with pytest.raises(LookupError, match="no service 'ec2'"):
        models.load("ec2")


def test_cloudwatch_speaks_three_protocols_and_keeps_its_query_codes():
    service = models.load("cloudwatch")
    assert service.protocols == ("smithy-rpc-v2-cbor", "json", "query")
    assert (service.signing_name, service.target_prefix) == ("monitoring", "GraniteServiceVersion20100801")
    assert service.query_compatible
    assert service.errors["DashboardNotFoundError"].query_code == "ResourceNotFound"
    assert service.errors["DashboardNotFoundError"].status == 404


def test_an_error_is_found_by_its_name_and_by_its_query_code():
    iam = models.load("iam")
    assert iam.error("NoSuchEntity") is iam.error("NoSuchEntityException") is not None
    assert iam.error("Nothing") is None


def test_x_ray_throttles_with_429():
    assert models.load("xray").errors["ThrottledException"].status == 429


def test_a_fault_without_a_status_is_a_server_error():
    assert models.load("logs").errors["ServiceUnavailableException"].status == 500


def test_a_shape_may_contain_itself():
    logs = models.load("logs")
    item = (
        next(
            op.output.members["logFields"].shape
            for op in logs.operations.values()
            if op.output and "logFields" in op.output.members
        )
        .members["member"]
        .shape
    )
    assert item.members["logFieldType"].shape.members["fields"].shape.members["member"].shape is item


def test_a_streaming_operation_names_its_stream_and_host():
    op = models.load("logs").operations["StartLiveTail"]
    assert (op.output_stream, op.host_prefix) == ("responseStream", "stream-")


def test_a_model_with_a_trait_that_is_not_built_is_refused():
    with pytest.raises(NotImplementedError, match="flattened"):
        models._shapes({"A": {"type": "list", "member": {"shape": "A"}, "flattened": True}})
