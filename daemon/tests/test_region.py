"""region.py: the original's order, and a last resort."""

import json

import pytest

from skylens_daemon.config import Config
from skylens_daemon.errors import ConfigError
from skylens_daemon.region import resolve
from skylens_daemon.transport import Transport


@pytest.fixture
async def region_of():
    transport = Transport(Config(), {})

    async def resolved(environ, **settings):
        return await resolve(Config(**settings), environ, transport)

    yield resolved
    await transport.close()


@pytest.fixture
def in_aws(sink, tmp_path):
    """An environment in which ECS's file and the instance both know a region."""
    metadata = tmp_path / "metadata.json"
    metadata.write_text(json.dumps({"TaskARN": "arn:aws:ecs:eu-north-1:1:task/x"}))
    sink.by_path = {
        "/latest/api/token": sink.Reply(body=b"token"),
        "/latest/meta-data/placement/region": sink.Reply(body=b"ap-south-1"),
    }
    return {
        "ECS_ENABLE_CONTAINER_METADATA": "TRUE",
        "ECS_CONTAINER_METADATA_FILE": str(metadata),
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": sink.url,
        "AWS_DEFAULT_REGION": "sa-east-1",
    }


async def test_a_chosen_region_wins(region_of, in_aws):
    assert await region_of(in_aws, region="eu-west-3") == "eu-west-3"


async def test_ecs_knows_it_before_the_instance(region_of, in_aws):
    assert await region_of(in_aws) == "eu-north-1"


async def test_the_instance_is_asked_when_ecs_does_not_know(region_of, in_aws):
    assert await region_of(in_aws | {"ECS_CONTAINER_METADATA_FILE": "/nowhere"}) == "ap-south-1"


async def test_in_local_mode_the_shared_configuration_says(region_of, in_aws):
    assert await region_of(in_aws, local_mode=True) == "sa-east-1"


async def test_the_profile_is_the_last_resort(region_of, tmp_path):
    (tmp_path / "config").write_text("[default]\nregion=ca-central-1\n")
    environ = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": str(tmp_path / "config")}
    assert await region_of(environ) == "ca-central-1"


async def test_without_a_region_nothing_starts(region_of):
    with pytest.raises(ConfigError, match="Cannot fetch region variable from config file"):
        await region_of({"AWS_EC2_METADATA_DISABLED": "true"})
