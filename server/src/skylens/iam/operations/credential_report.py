"""The report on an account's credentials."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from skylens.iam import credential_report
from skylens.iam.errors import ReportExpired, ReportNotPresent
from skylens.iam.whole_seconds import whole_seconds
from skylens.registry import Call, Input, Output, operation
from skylens.store.control.schema.iam_credential_reports import IAM_CREDENTIAL_REPORTS
from skylens.store.control.upsert import upsert

_WORTH: Final = timedelta(hours=4)


@operation("iam", "GenerateCredentialReport", quick=True)
def generate_credential_report(call: Call, request: Input) -> Output:  # noqa: ARG001  # it has no parameters
    """Write the report; it is complete at once.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateCredentialReport.html
    """
    account = call.caller.account
    with call.control.begin() as connection:
        content = credential_report.written(connection, call.control.secrets, account)
        row = {"account": account, "content": content, "generated_at": whole_seconds(call.now)}
        upsert(connection, IAM_CREDENTIAL_REPORTS, [row])
    return {"State": "COMPLETE"}


@operation("iam", "GetCredentialReport", quick=True)
def get_credential_report(call: Call, request: Input) -> Output:  # noqa: ARG001  # it has no parameters
    """Return the newest report, if it is not older than four hours.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetCredentialReport.html
    """
    table = IAM_CREDENTIAL_REPORTS.c
    found = select(table.content, table.generated_at).where(table.account == call.caller.account)
    with call.control.read() as connection:
        row = connection.execute(found).one_or_none()
    if row is None:
        raise ReportNotPresent("No report was generated: call GenerateCredentialReport first")
    if call.now - row.generated_at > _WORTH:
        raise ReportExpired("The report is older than four hours: call GenerateCredentialReport again")
    return {"Content": row.content.encode(), "ReportFormat": "text/csv", "GeneratedTime": row.generated_at}
