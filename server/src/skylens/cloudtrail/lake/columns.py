"""Columns: what a query can ask of an event, in the order of ``SELECT *``, and where the event table has it.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-supported-event-schemas.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from skylens.cloudtrail.lake.kinds import BOOLEAN, MAP, TIMESTAMP, VARCHAR, Field, Type, array, row, texts


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in queries, its type, and the expression over the event table."""

    name: str
    type: Type
    expression: str


_ISSUER: Final = row(*texts("type", "principalId", "arn", "accountId", "userName"))
_SESSION: Final = row(
    Field("attributes", row(Field("creationDate", TIMESTAMP), *texts("mfaAuthenticated"))),
    Field("sessionIssuer", _ISSUER),
    Field("webIdFederationData", row(*texts("federatedProvider"), Field("attributes", MAP))),
    *texts("sourceIdentity", "ec2RoleDelivery", "ec2IssuedInVpc"),
)
USER_IDENTITY: Final = row(
    *texts("type", "principalId", "arn", "accountId", "accessKeyId", "userName"),
    Field("sessionContext", _SESSION),
    *texts("invokedBy", "identityProvider"),
    Field("onBehalfOf", row(*texts("userId", "identityStoreArn"))),
    Field(
        "inScopeOf",
        row(
            *texts("sourceArn", "sourceAccount", "issuerType"),
            # AWS's guide misspells it so, and queries are pasted from there.
            Field("credentialsIssuedTo", VARCHAR, ("credentiaisissuedto",)),
        ),
    ),
)
RESOURCE: Final = row(*texts("accountId", "type", "ARN", "ARNPrefix"))
_BOOLEANS: Final = {"readonly": "readOnly", "managementevent": "managementEvent"}
_TLS: Final = row(*texts("tlsVersion", "cipherSuite", "clientProvidedHostHeader"))


def text_of(source: str, key: str) -> str:
    """Return the expression of a text in a JSON document, NULL where it has none."""
    return f"JSONExtract({source}, '{key}', 'Nullable(String)')"


def raw_of(source: str, key: str) -> str:
    """Return the expression of an object in a JSON document, as JSON, NULL where it has none."""
    return f"nullIf(nullIf(JSONExtractRaw({source}, '{key}'), ''), 'null')"


def _text(key: str) -> Column:
    return Column(key.lower(), VARCHAR, text_of("record", key))


def _map(key: str) -> Column:
    return Column(key.lower(), MAP, raw_of("record", key))


EVENT_COLUMNS: Final[tuple[Column, ...]] = (
    _text("eventVersion"),
    Column("useridentity", USER_IDENTITY, raw_of("record", "userIdentity")),
    Column("eventtime", TIMESTAMP, "event_time"),
    Column("eventsource", VARCHAR, "toString(event_source)"),
    Column("eventname", VARCHAR, "toString(event_name)"),
    Column("awsregion", VARCHAR, "toString(region)"),
    _text("sourceIPAddress"),
    _text("userAgent"),
    Column("errorcode", VARCHAR, "nullIf(toString(error_code), '')"),
    _text("errorMessage"),
    _map("requestParameters"),
    _map("responseElements"),
    _map("additionalEventData"),
    _text("requestID"),
    _text("eventID"),
    Column("readonly", BOOLEAN, "read_only"),
    Column("resources", array(RESOURCE), "JSONExtractArrayRaw(record, 'resources')"),
    _text("eventType"),
    _text("apiVersion"),
    Column("managementevent", BOOLEAN, "category = 'Management'"),
    Column("recipientaccountid", VARCHAR, "toString(account)"),
    _text("sharedEventID"),
    _text("annotation"),
    _text("vpcEndpointId"),
    _text("vpcEndpointAccountId"),
    _map("serviceEventDetails"),
    _map("addendum"),
    _map("edgeDeviceDetails"),
    _map("insightDetails"),
    Column("eventcategory", VARCHAR, "toString(category)"),
    Column("tlsdetails", _TLS, raw_of("record", "tlsDetails")),
    _text("sessionCredentialFromConsole"),
    Column("eventjson", VARCHAR, "record"),
    Column("eventjsonchecksum", VARCHAR, "lower(hex(SHA256(record)))"),
)

# Of events that were imported, where the table of what stores were given from outside has them: old records say less.
IMPORTED_COLUMNS: Final[tuple[Column, ...]] = tuple(
    Column(column.name, column.type, f"JSONExtract(record, '{_BOOLEANS[column.name]}', 'Nullable(Bool)')")
    if column.name in _BOOLEANS
    else column
    for column in EVENT_COLUMNS
)
_AUDIT_DATA: Final = row(
    *texts("version"),
    Field("userIdentity", row(*texts("type", "principalId"), Field("details", MAP))),
    *texts("userAgent", "eventSource", "eventName", "eventTime", "UID"),
    Field("requestParameters", MAP),
    Field("responseElements", MAP),
    *texts("errorCode"),
    # As with credentialsIssuedTo above: AWS's guide misspells it.
    Field("errorMessage", VARCHAR, ("errormssage",)),
    *texts("sourceIPAddress", "recipientAccountId"),
    Field("additionalEventData", MAP),
)
# Of applications' own events.
AUDIT_COLUMNS: Final[tuple[Column, ...]] = (
    _text("eventVersion"),
    Column("eventcategory", VARCHAR, "toString(category)"),
    _text("eventType"),
    _text("eventID"),
    Column("eventtime", TIMESTAMP, "event_time"),
    Column("awsregion", VARCHAR, "toString(region)"),
    Column("recipientaccountid", VARCHAR, "toString(account)"),
    _map("addendum"),
    Column("metadata", row(Field("ingestionTime", TIMESTAMP), *texts("channelARN")), raw_of("record", "metadata")),
    Column("eventdata", _AUDIT_DATA, raw_of("record", "eventData")),
    Column("eventjson", VARCHAR, "record"),
    Column("eventjsonchecksum", VARCHAR, "lower(hex(SHA256(record)))"),
)
