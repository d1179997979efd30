"""Roles that services make for themselves; nobody else may change or use them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, select

from skylens.iam import attachments, aws_policies, documents, managed, named, service_uses
from skylens.iam.errors import InvalidInput, NoSuchEntity
from skylens.iam.named import new_id
from skylens.iam.revision import writing
from skylens.iam.roles import SERVICE_PATH, Role, service_role_name
from skylens.iam.whole_seconds import whole_seconds
from skylens.registry import Call, Input, Output, operation
from skylens.store.control.schema.iam_role_deletions import IAM_ROLE_DELETIONS

if TYPE_CHECKING:
    from sqlalchemy import Connection

_SERVICE: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com")
_POLICIES: Final = {"cloudtrail.amazonaws.com": "CloudTrailServiceRolePolicy"}


@operation("iam", "CreateServiceLinkedRole", quick=True)
def create_service_linked_role(call: Call, request: Input) -> Output:
    """Make the role that a service assumes.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html
    """
    service = request["AWSServiceName"]
    if not _SERVICE.fullmatch(service):
        raise InvalidInput(f"{service} is not the name of a service")
    role = Role(
        account=call.caller.account,
        name=service_role_name(service, request.get("CustomSuffix", "")),
        path=f"{SERVICE_PATH}{service}/",
        id=new_id(Role, call.ids),
        created_at=whole_seconds(call.now),
        trust_policy=_trust(service),
        description=request.get("Description", ""),
    )
    with writing(call.control) as connection:
        if named.find(connection, Role, role.account, role.name) is not None:
            raise InvalidInput(
                f"Service role name {role.name} has been taken in this account, please try a different suffix."
            )
        named.create(connection, role)
        _attach(connection, role, service)
    return {"Role": documents.role(role)}


@operation("iam", "DeleteServiceLinkedRole", quick=True)
def delete_service_linked_role(call: Call, request: Input) -> Output:
    """Delete a service's role at once, and answer by what to ask after the deletion.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceLinkedRole.html
    """
    with writing(call.control) as connection:
        role = named.get(connection, Role, call.caller.account, request["RoleName"])
        if not role.is_of_service:
            raise NoSuchEntity(Role.MISSING.format(role.name))
        for policy in attachments.of(connection, role):
            attachments.detach(connection, role, policy.arn)
        named.delete(connection, role)
        service_uses.forget(connection, role.id)
        task = f"task{role.path}{role.name}/{call.ids.uuid()}"
        row = {"account": role.account, "task_id": task, "status": "SUCCEEDED"}
        connection.execute(insert(IAM_ROLE_DELETIONS).values(row))
    return {"DeletionTaskId": task}


@operation("iam", "GetServiceLinkedRoleDeletionStatus", quick=True)
def get_service_linked_role_deletion_status(call: Call, request: Input) -> Output:
    """Return how far a deletion is.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLinkedRoleDeletionStatus.html
    """
    table, task = IAM_ROLE_DELETIONS.c, request["DeletionTaskId"]
    found = select(table.status).where(table.account == call.caller.account, table.task_id == task)
    with call.control.read() as connection:
        status = connection.scalar(found)
    if status is None:
        raise NoSuchEntity(f"Deletion Task ID {task} does not exist.")
    return {"Status": status}


def _trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _attach(connection: Connection, role: Role, service: str) -> None:
    if name := _POLICIES.get(service):
        arn = f"arn:aws:iam::{aws_policies.ACCOUNT}:policy{SERVICE_PATH}{name}"
        attachments.attach(connection, role, managed.get(connection, role.account, arn))
