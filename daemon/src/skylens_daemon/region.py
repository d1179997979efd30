"""Which region the segments go to."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path

from skylens_daemon import instance_metadata, profile
from skylens_daemon.config import Config
from skylens_daemon.errors import ConfigError
from skylens_daemon.transport import Transport

logger = logging.getLogger(__name__)


async def resolve(config: Config, environ: Mapping[str, str], transport: Transport) -> str:
    """Return the region: chosen, then ECS's metadata file and the instance's unless in local mode, then the profile's.

    The original reads AWS_DEFAULT_REGION and the profile in local mode only and gives up without them; here they are
    the last resort in either mode.
    """
    region = config.region
    if not region and not config.local_mode:
        region = _from_ecs_file(environ) or await _from_instance(environ, transport)
    region = region or environ.get("AWS_DEFAULT_REGION", "") or profile.region(environ)
    if not region:
        raise ConfigError(
            "Cannot fetch region variable from config file, environment variables, ecs metadata, or ec2 metadata."
            " Use local-mode to use the local config region."
        )
    return region


def _from_ecs_file(environ: Mapping[str, str]) -> str:
    if environ.get("ECS_ENABLE_CONTAINER_METADATA", "").lower() != "true":
        return ""
    try:
        content = json.loads(Path(environ.get("ECS_CONTAINER_METADATA_FILE", "")).read_bytes())
        return str(content["TaskARN"]).split(":")[3]
    except (OSError, ValueError, LookupError, TypeError) as exc:
        logger.error("Unable to read the region from the ECS metadata file: %s", exc)  # noqa: TRY400
        return ""


async def _from_instance(environ: Mapping[str, str], transport: Transport) -> str:
    try:
        return (await instance_metadata.instance(environ, transport, "placement/region")).strip()
    except instance_metadata.NoMetadata as exc:
        logger.error("Unable to fetch region from EC2 metadata: %s", exc)  # noqa: TRY400
        return ""
