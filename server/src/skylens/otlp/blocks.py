"""The blocks of a segment document (http, aws, sql, cause, origin) from a span's and its resource's attributes."""

from collections.abc import Mapping
from typing import Any, Final

from opentelemetry.proto.trace.v1.trace_pb2 import Span

from skylens.otlp.attributes import Attributes, first, plain, present

ORIGINS: Final = {
    "aws_ec2": "AWS::EC2::Instance",
    "aws_ecs": "AWS::ECS::Container",
    "aws_eks": "AWS::EKS::Container",
    "aws_elastic_beanstalk": "AWS::ElasticBeanstalk::Environment",
    "aws_lambda": "AWS::Lambda::Function",
    "aws_app_runner": "AWS::AppRunner::Service",
}
LAUNCH_TYPES: Final = {"ec2": "AWS::ECS::EC2", "fargate": "AWS::ECS::Fargate"}

# What an AWS SDK call says about its target: attribute (old and new names) → key of the aws block.
AWS_KEYS: Final = {
    "operation": ("aws.operation", "rpc.method"),
    "region": ("aws.region", "cloud.region"),
    "request_id": ("aws.request_id", "aws.requestId", "aws.request.id"),
    "queue_url": ("aws.sqs.queue.url", "aws.queue_url", "aws.queue.url"),
    "table_name": ("aws.table_name", "aws.table.name"),
    "bucket_name": ("aws.s3.bucket", "aws.bucket.name"),
    "topic_arn": ("aws.sns.topic.arn", "aws.topic.arn"),
    "function_name": ("faas.invoked_name", "aws.lambda.function.name"),
}


def is_aws_call(attributes: Attributes) -> bool:
    """Say whether a client span is a call of an AWS SDK."""
    return first(attributes, "rpc.system", "rpc.system.name") == "aws-api" or "aws.service" in attributes


def called_name(attributes: Attributes) -> str | None:
    """Return the name under which the caller knows the other side: service, database at its host, or host."""
    if is_aws_call(attributes):
        return _text(first(attributes, "aws.service", "rpc.service"))
    host = _text(first(attributes, "server.address", "net.peer.name", "http.host", "net.peer.ip"))
    if database := first(attributes, "db.system.name", "db.system"):
        name = first(attributes, "db.namespace", "db.name") or database
        return f"{name}@{host}" if host else str(name)
    return _text(first(attributes, "peer.service")) or host


def http(attributes: Attributes, *, is_segment: bool) -> dict[str, Any]:
    """Return the http block; empty for a span that speaks no HTTP."""
    method = first(attributes, "http.request.method", "http.method")
    status = first(attributes, "http.response.status_code", "http.status_code")
    if method is None and status is None:
        return {}
    length = first(attributes, "http.response.body.size", "http.response_content_length")
    request = present(
        method=method,
        url=_url(attributes),
        user_agent=first(attributes, "user_agent.original", "http.user_agent"),
        client_ip=first(attributes, "client.address", "http.client_ip") if is_segment else None,
    )
    return present(request=request, response=present(status=status, content_length=length))


def _url(attributes: Attributes) -> str | None:
    whole = first(attributes, "url.full", "http.url")
    if whole is not None:
        return str(whole)
    host = first(attributes, "server.address", "http.host", "http.server_name", "net.host.name")
    path = first(attributes, "http.target", "url.path", "http.route") or "/"
    if host is None:
        return str(path)
    port = first(attributes, "server.port", "net.host.port")
    address = f"{host}:{port}" if port and ":" not in str(host) else host
    return f"{first(attributes, 'url.scheme', 'http.scheme') or 'http'}://{address}{path}"


def sql(attributes: Attributes) -> dict[str, Any]:
    """Return the sql block; empty for a span that asks no database."""
    database = first(attributes, "db.system.name", "db.system")
    if database is None:
        return {}
    host = first(attributes, "server.address", "net.peer.name") or ""
    return present(
        url=f"{host}/{first(attributes, 'db.namespace', 'db.name') or ''}",
        connection_string=first(attributes, "db.connection_string"),
        database_type=database,
        user=first(attributes, "db.user"),
        sanitized_query=first(attributes, "db.query.text", "db.statement"),
    )


def origin(resource: Attributes) -> str | None:
    """Return the type of node that a resource runs on."""
    platform = str(first(resource, "cloud.platform") or "")
    if platform == "aws_ecs":
        return LAUNCH_TYPES.get(str(first(resource, "aws.ecs.launchtype") or "").lower(), ORIGINS[platform])
    return ORIGINS.get(platform)


def aws(attributes: Attributes, resource: Attributes, *, is_segment: bool) -> dict[str, Any]:
    """Return the aws block: where a segment ran, or what an AWS call was about."""
    language = first(resource, "telemetry.sdk.language")
    block: dict[str, Any] = {}
    if is_segment:
        block = _host_blocks(resource) | present(
            account_id=first(resource, "cloud.account.id"),
            function_arn=first(attributes, "aws.lambda.invoked_arn", "faas.id"),
            cloudwatch_logs=[{"log_group": name} for name in _list(first(resource, "aws.log.group.names"))],
        )
    elif is_aws_call(attributes):
        block = present(**{key: first(attributes, *names) for key, names in AWS_KEYS.items()})
    sdk = present(
        sdk=f"opentelemetry for {language}" if language else "opentelemetry",
        sdk_version=first(resource, "telemetry.sdk.version"),
        auto_instrumentation=True if first(resource, "telemetry.auto.version", "telemetry.distro.version") else None,
    )
    return block | {"xray": sdk}


def _host_blocks(resource: Attributes) -> dict[str, Any]:
    zone = first(resource, "cloud.availability_zone")
    platform = first(resource, "cloud.platform")
    ec2 = present(
        instance_id=first(resource, "host.id"),
        instance_size=first(resource, "host.type"),
        ami_id=first(resource, "host.image.id"),
    )
    ecs = present(
        container=first(resource, "container.name"),
        container_id=first(resource, "container.id"),
        container_arn=first(resource, "aws.ecs.container.arn"),
        cluster_arn=first(resource, "aws.ecs.cluster.arn"),
        task_arn=first(resource, "aws.ecs.task.arn"),
        task_family=first(resource, "aws.ecs.task.family"),
        launch_type=first(resource, "aws.ecs.launchtype"),
    )
    eks = present(
        cluster_name=first(resource, "k8s.cluster.name"),
        pod=first(resource, "k8s.pod.name"),
        container_id=first(resource, "container.id"),
    )
    beanstalk = present(
        environment_name=first(resource, "service.namespace"),
        version_label=first(resource, "service.version"),
        deployment_id=first(resource, "service.instance.id"),
    )
    return present(
        ec2=ec2 | present(availability_zone=zone) if platform in (None, "aws_ec2") and "host.id" in resource else None,
        ecs=ecs | present(availability_zone=zone) if platform == "aws_ecs" else None,
        eks=eks if platform == "aws_eks" else None,
        elastic_beanstalk=beanstalk if platform == "aws_elastic_beanstalk" else None,
    )


def cause(span: Span) -> dict[str, Any]:
    """Return the exceptions that a span recorded as events, each with an id derived from its place."""
    found = [plain(event.attributes) for event in span.events if event.name == "exception"]
    exceptions = [_exception(span, number, attributes) for number, attributes in enumerate(found)]
    return {"exceptions": exceptions} if exceptions else {}


def _exception(span: Span, number: int, attributes: Mapping[str, Any]) -> dict[str, Any]:
    identity = (int.from_bytes(span.span_id, "big") + number + 1) % 2**64
    trace = str(attributes.get("exception.stacktrace", ""))
    return present(
        id=f"{identity:016x}",
        type=attributes.get("exception.type"),
        message=attributes.get("exception.message"),
        stack=[{"label": line.strip()} for line in trace.splitlines() if line.strip()],
    )


def _list(item: Any) -> list[Any]:
    return item if isinstance(item, list) else [] if item is None else [item]


def _text(item: Any) -> str | None:
    return None if item is None else str(item)
