"""Imports: read the files of trails into an event data store; watch, stop, list and retry that."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from skylens.buckets.all_buckets import is_bucket_name
from skylens.buckets.bucket import BucketError
from skylens.cloudtrail.ingestion import import_failures, import_prefixes, imports
from skylens.cloudtrail.ingestion.imports import Import
from skylens.cloudtrail.ingestion.ingestion_errors import InvalidImport, InvalidImportSource
from skylens.cloudtrail.lake import event_data_stores, list_token
from skylens.cloudtrail.lake.lake_errors import InvalidStoreCategory
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LOCATION: Final = re.compile(r"s3://[^/]+(?:/.*)?")
_LONGEST_LOCATION: Final = 1088  # of a bucket's name and a key
_PAGE: Final = 1000
_OF_NEW: Final = ("Destinations", "ImportSource", "StartEventTime", "EndEventTime")


@operation("cloudtrail", "StartImport")
def start_import(call: Call, request: Input) -> Output:
    """Begin to read files into a store, or go on with an import that was stopped or failed.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartImport.html
    """
    if "ImportId" in request:
        return _restart(call, request)
    for member in _OF_NEW[:2]:
        if not request.get(member):
            raise InvalidImport(f"A new import needs {member}; to retry one, give its ImportId")
    start, end = request.get("StartEventTime"), request.get("EndEventTime")
    if start is not None and end is not None and start > end:
        raise InvalidImport("StartEventTime must not be after EndEventTime")
    given = request["ImportSource"]["S3"]
    _check_source(call, given)
    with call.control.begin() as connection:
        store = event_data_stores.find_active(connection, call.caller, request["Destinations"][0], call.now)
        if store.given_category:
            raise InvalidStoreCategory(f"The event data store takes no events of trails: {store.arn}")
        new = Import(
            id=call.ids.uuid(),
            account=call.caller.account,
            region=call.caller.region,
            store=store.id,
            location=given["S3LocationUri"],
            bucket_region=given["S3BucketRegion"],
            role_arn=given["S3BucketAccessRoleArn"],
            start_at=start,
            end_at=end,
            created_at=call.now,
            updated_at=call.now,
        )
        imports.start(connection, new)
    return _document(new)


@operation("cloudtrail", "StopImport")
def stop_import(call: Call, request: Input) -> Output:
    """Stop an import; what it has read stays, and StartImport lets it go on.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopImport.html
    """
    with call.control.begin() as connection:
        found = imports.find(connection, call.caller, request["ImportId"])
        if not imports.stop(connection, found.id, call.now):
            raise InvalidImport(f"The import is not under way: it is {found.status}")
        return _with_statistics(connection, imports.find(connection, call.caller, found.id))


@operation("cloudtrail", "GetImport")
def get_import(call: Call, request: Input) -> Output:
    """Return how far an import is.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetImport.html
    """
    with call.control.read() as connection:
        return _with_statistics(connection, imports.find(connection, call.caller, request["ImportId"]))


@operation("cloudtrail", "ListImports")
def list_imports(call: Call, request: Input) -> Output:
    """Return the account's imports in this region, newest first.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListImports.html
    """
    with call.control.read() as connection:
        found = imports.of_account(connection, call.caller.account, call.caller.region)
        if given := request.get("Destination"):
            store = event_data_stores.find(connection, call.caller, given, call.now)
            found = [each for each in found if each.store == store.id]
    if status := request.get("ImportStatus"):
        found = [each for each in found if each.status == status]
    asked = [call.caller.account, call.caller.region, request.get("Destination"), request.get("ImportStatus")]
    question = f"imports {json.dumps(asked)}"
    if token := request.get("NextToken"):
        last = list_token.decode(token, question)
        found = [each for each in found if _place(each) < last]
    most = request.get("MaxResults", _PAGE)
    answer: dict[str, Any] = {"Imports": [_listed(each) for each in found[:most]]}
    if len(found) > most:
        answer["NextToken"] = list_token.encode(_place(found[most - 1]), question)
    return answer


@operation("cloudtrail", "ListImportFailures")
def list_import_failures(call: Call, request: Input) -> Output:
    """Return the files of an import that could not be read whole, each with the reason and what became of it.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListImportFailures.html
    """
    with call.control.read() as connection:
        try:
            imported = imports.find(connection, call.caller, request["ImportId"])
        except LookupError as missing:
            raise InvalidImport(str(missing)) from missing  # AWS declares no other error for it
        found = import_failures.of_import(connection, imported.id)
    question = f"failures {call.caller.account} {imported.id}"
    if token := request.get("NextToken"):
        last = list_token.decode(token, question)
        found = [failure for failure in found if failure.location > last]
    most = request.get("MaxResults", _PAGE)
    answer: dict[str, Any] = {
        "Failures": [
            {
                "Location": failure.location,
                "Status": failure.status,
                "ErrorType": failure.error_type,
                "ErrorMessage": failure.error_message,
                "LastUpdatedTime": failure.updated_at,
            }
            for failure in found[:most]
        ]
    }
    if len(found) > most:
        answer["NextToken"] = list_token.encode(found[most - 1].location, question)
    return answer


def _restart(call: Call, request: Input) -> Output:
    if given := [member for member in _OF_NEW if member in request]:
        raise InvalidImport(f"{given[0]} is that of the import already: to retry one, give nothing but its ImportId")
    with call.control.begin() as connection:
        found = imports.find(connection, call.caller, request["ImportId"])
        if found.status not in imports.RETRIABLE:
            raise InvalidImport(f"The import cannot be retried: it is {found.status}")
        event_data_stores.find_active(connection, call.caller, found.store, call.now)
        import_failures.retry(connection, found.id, call.now)
        return _document(imports.restart(connection, found, call.now))


def _check_source(call: Call, given: Input) -> None:
    """Raise InvalidImportSource for what is no bucket of the account, and no role of its own."""
    location, role = given["S3LocationUri"], given["S3BucketAccessRoleArn"]
    if not _LOCATION.fullmatch(location) or len(location) > _LONGEST_LOCATION:
        raise InvalidImportSource(f"S3LocationUri must be s3://bucket/prefix, not {location[:_LONGEST_LOCATION]!r}")
    name = location.removeprefix("s3://").partition("/")[0]
    if not is_bucket_name(name):
        raise InvalidImportSource(f"Bucket name {name!r} is not valid")
    if not re.fullmatch(rf"arn:aws:iam::{call.caller.account}:role/\S+", role):
        raise InvalidImportSource(f"S3BucketAccessRoleArn must be the ARN of a role of this account, not {role!r}")
    try:
        call.buckets.find(call.caller.account, name).check()
    except BucketError as error:
        raise InvalidImportSource(f"The S3 bucket {name} cannot be used: {error.code}, {error}") from error


def _document(imported: Import) -> dict[str, Any]:
    arn = event_data_stores.arn_of(imported.region, imported.account, imported.store)
    answer = {
        "ImportId": imported.id,
        "Destinations": [arn],
        "ImportSource": {
            "S3": {
                "S3LocationUri": imported.location,
                "S3BucketRegion": imported.bucket_region,
                "S3BucketAccessRoleArn": imported.role_arn,
            }
        },
        "StartEventTime": imported.start_at,
        "EndEventTime": imported.end_at,
        "ImportStatus": imported.status,
        "CreatedTimestamp": imported.created_at,
        "UpdatedTimestamp": imported.updated_at,
    }
    return {name: value for name, value in answer.items() if value is not None}


def _with_statistics(connection: Connection, imported: Import) -> dict[str, Any]:
    prefixes = import_prefixes.progress(connection, imported.id)
    statistics = {
        "PrefixesFound": prefixes.found,
        "PrefixesCompleted": prefixes.completed,
        "FilesCompleted": imported.files_completed,
        "EventsCompleted": imported.events_completed,
        "FailedEntries": import_failures.count(connection, imported.id),
    }
    return {**_document(imported), "ImportStatistics": statistics}


def _listed(imported: Import) -> dict[str, Any]:
    names = ("ImportId", "ImportStatus", "Destinations", "CreatedTimestamp", "UpdatedTimestamp")
    document = _document(imported)
    return {name: document[name] for name in names}


def _place(imported: Import) -> str:
    return f"{imported.created_at.timestamp():020.6f} {imported.id}"
