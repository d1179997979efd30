"""Reports on last accesses: which services somebody may call, and when that was done last."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, select

from skylens.iam import service_access, service_uses
from skylens.iam.errors import InvalidInput, NoSuchEntity
from skylens.iam.pages import page
from skylens.iam.service_access import SERVICES
from skylens.iam.whole_seconds import whole_seconds
from skylens.registry import Call, Input, Output, operation
from skylens.store.control.schema.iam_access_reports import IAM_ACCESS_REPORTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

    from skylens.iam.inline_policies import Owner
    from skylens.iam.managed import ManagedPolicy
    from skylens.iam.roles import Role
    from skylens.iam.service_access import Granting
    from skylens.iam.users import User

_WORTH: Final = timedelta(days=7)


@operation("iam", "GenerateServiceLastAccessedDetails", quick=True)
def generate_service_last_accessed_details(call: Call, request: Input) -> Output:
    """Begin a report on the services that a user, group, role or policy may call; it is complete at once.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html
    """
    if request.get("Granularity", "SERVICE_LEVEL") != "SERVICE_LEVEL":
        raise InvalidInput("The last use of single actions is not kept here: CloudTrail has every call on record.")
    table, now = IAM_ACCESS_REPORTS, whole_seconds(call.now)
    row = {"job_id": call.ids.uuid(), "account": call.caller.account, "arn": request["Arn"], "created_at": now}
    with call.control.begin() as connection:
        service_access.subject(connection, call.caller.account, request["Arn"])
        connection.execute(delete(table).where(table.c.created_at < now - _WORTH))
        connection.execute(insert(table).values(row))
    return {"JobId": row["job_id"]}


@operation("iam", "GetServiceLastAccessedDetails")
def get_service_last_accessed_details(call: Call, request: Input) -> Output:
    """Return each service that a report is about, and by whom it was called last.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html
    """
    with call.control.read() as connection:
        job, subject = _job(connection, call, request)
        granting = service_access.policies(connection, subject)
        arns = {one.id: one.arn for one in service_access.principals(connection, call.caller.account, subject)}
        uses = service_uses.of(connection, arns)
    opened = [service for service in SERVICES if any(each.opens(service) for each in granting)]
    shown, more = page(opened, request, lambda service: service)
    documents = []
    for service in shown:
        of_service = [use for use in uses if use.service == service]
        document: dict[str, Any] = {"ServiceName": SERVICES[service], "ServiceNamespace": service}
        if of_service:
            newest = of_service[0]
            document["LastAuthenticated"] = newest.at
            document["LastAuthenticatedEntity"] = arns[newest.principal_id]
            document["LastAuthenticatedRegion"] = newest.region
        documents.append({**document, "TotalAuthenticatedEntities": len(of_service)})
    return {**_finished(job), "JobType": "SERVICE_LEVEL", "ServicesLastAccessed": documents, **more}


@operation("iam", "GetServiceLastAccessedDetailsWithEntities")
def get_service_last_accessed_details_with_entities(call: Call, request: Input) -> Output:
    """Return the users and roles who may call a service by what a report is about, and when each did last.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetailsWithEntities.html
    """
    service = request["ServiceNamespace"]
    with call.control.read() as connection:
        job, subject = _job(connection, call, request)
        if not any(each.opens(service) for each in service_access.policies(connection, subject) if service in SERVICES):
            raise NoSuchEntity(f"The report is not about the service {service}.")
        found = service_access.principals(connection, call.caller.account, subject)
        shown, more = page(found, request, lambda one: one.arn)
        uses = {
            use.principal_id: use.at
            for use in service_uses.of(connection, [one.id for one in shown])
            if use.service == service
        }
    details = [{"EntityInfo": _entity(one), "LastAuthenticated": uses.get(one.id)} for one in shown]
    return {**_finished(job), "EntityDetailsList": details, **more}


@operation("iam", "ListPoliciesGrantingServiceAccess")
def list_policies_granting_service_access(call: Call, request: Input) -> Output:
    """Return, for each of these services, the policies by which a user, group or role may call it.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPoliciesGrantingServiceAccess.html
    """
    wanted: Sequence[str] = request["ServiceNamespaces"]
    if unknown := sorted(set(wanted) - SERVICES.keys()):
        raise InvalidInput(f"There is no service {unknown[0]} here: there are {', '.join(SERVICES)}.")
    with call.control.read() as connection:
        granting = service_access.policies(
            connection, service_access.subject(connection, call.caller.account, request["Arn"])
        )
    shown, more = page(dict.fromkeys(wanted), request, lambda service: service)
    return {
        "PoliciesGrantingServiceAccess": [
            {"ServiceNamespace": service, "Policies": [_policy(each) for each in granting if each.opens(service)]}
            for service in shown
        ],
        **more,
    }


def _job(connection: Connection, call: Call, request: Input) -> tuple[Row[Any], Owner | ManagedPolicy]:
    """Return a report of the caller's account, and whom it is about."""
    table = IAM_ACCESS_REPORTS
    mine = (table.c.job_id == request["JobId"]) & (table.c.account == call.caller.account)
    job = connection.execute(select(table).where(mine)).one_or_none()
    if job is None or call.now - job.created_at > _WORTH:
        raise NoSuchEntity(f"Report with ID {request['JobId']} does not exist.")
    return job, service_access.subject(connection, call.caller.account, job.arn)


def _finished(job: Row[Any]) -> dict[str, Any]:
    return {"JobStatus": "COMPLETED", "JobCreationDate": job.created_at, "JobCompletionDate": job.created_at}


def _entity(one: User | Role) -> dict[str, str]:
    kind = type(one).__name__.upper()
    return {"Arn": one.arn, "Name": one.name, "Type": kind, "Id": one.id, "Path": one.path}


def _policy(granting: Granting) -> dict[str, str]:
    policy, holder = granting.policy, granting.holder
    if policy.arn or holder is None:
        return {"PolicyName": policy.name, "PolicyType": "MANAGED", "PolicyArn": policy.arn}
    kind = type(holder).__name__.upper()
    return {"PolicyName": policy.name, "PolicyType": "INLINE", "EntityType": kind, "EntityName": holder.name}
