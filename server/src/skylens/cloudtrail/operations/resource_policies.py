"""Resource policies of channels and event data stores: put, read and delete them."""

from __future__ import annotations

from skylens.cloudtrail.ingestion import resource_policies
from skylens.cloudtrail.ingestion.ingestion_errors import InvalidResourcePolicy, ResourcePolicyNotFound
from skylens.registry import Call, Input, MalformedPolicy, Output, operation


@operation("cloudtrail", "PutResourcePolicy")
def put_resource_policy(call: Call, request: Input) -> Output:
    """Write a policy on a channel or an event data store, in the place of the one that there is.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutResourcePolicy.html
    """
    arn, text = request["ResourceArn"], request["ResourcePolicy"]
    with call.control.read() as connection:
        resource_policies.target(connection, call.caller, arn, call.now)
    try:
        call.policies.check(text)
    except MalformedPolicy as wrong:
        raise InvalidResourcePolicy(str(wrong)) from wrong
    with call.control.begin() as connection:
        target = resource_policies.target(connection, call.caller, arn, call.now)
        resource_policies.check(text, target)
        resource_policies.put(connection, target, text, call.now)
    return {"ResourceArn": arn, "ResourcePolicy": text}


@operation("cloudtrail", "GetResourcePolicy")
def get_resource_policy(call: Call, request: Input) -> Output:
    """Return the policy on a channel or an event data store, as it was put.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetResourcePolicy.html
    """
    with call.control.read() as connection:
        target = resource_policies.target(connection, call.caller, request["ResourceArn"], call.now)
        text = resource_policies.of(connection, target.arn)
    if text is None:
        raise ResourcePolicyNotFound(target.arn)
    return {"ResourceArn": target.arn, "ResourcePolicy": text}


@operation("cloudtrail", "DeleteResourcePolicy")
def delete_resource_policy(call: Call, request: Input) -> Output:
    """Remove the policy on a channel or an event data store.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteResourcePolicy.html
    """
    with call.control.begin() as connection:
        target = resource_policies.target(connection, call.caller, request["ResourceArn"], call.now)
        if resource_policies.of(connection, target.arn) is None:
            raise ResourcePolicyNotFound(target.arn)
        resource_policies.forget(connection, target.arn)
    return {}
