"""Columns: what a query can ask of an event, in the order of ``SELECT *``, and where the event table has it.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-supported-event-schemas.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from skylens.cloudtrail.lake.kinds import (
    BIGINT,
    BOOLEAN,
    DOUBLE,
    MAP,
    TIMESTAMP,
    VARCHAR,
    Field,
    Type,
    array,
    row,
    texts,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A value inside a column that is read without the rows around it: where it is, in lower case, and the expression."""

    path: tuple[str, ...]
    expression: str
    type: Type = VARCHAR


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in queries, its type, and the expression over the event table."""

    name: str
    type: Type
    expression: str
    parts: tuple[Part, ...] = ()


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
_BOOLEANS: Final = {"readonly": "read_only", "managementevent": "management_event"}
_REQUEST_ID: Final = (
    "multiIf(isNull(request_id), NULL, request_id = '=', UUIDNumToString(event_id), substring(request_id, 2))"
)
_TLS_KEYS: Final = ("tlsVersion", "cipherSuite", "clientProvidedHostHeader")

# What the event table keeps of a record in columns (store/schema/api_events.sql), read without the record.
_KEPT: Final = frozenset(
    {
        "eventVersion", "eventType", "sourceIPAddress", "userAgent", "errorMessage", "apiVersion", "sharedEventID",
        "vpcEndpointId",
    }
)  # fmt: skip
_KEPT_OF_IDENTITY: Final = (
    "type", "principalId", "arn", "accountId", "accessKeyId", "userName", "invokedBy",
    "sessionContext.sessionIssuer.type", "sessionContext.sessionIssuer.principalId", "sessionContext.sessionIssuer.arn",
    "sessionContext.sessionIssuer.accountId", "sessionContext.sessionIssuer.userName",
    "sessionContext.attributes.mfaAuthenticated", "sessionContext.sourceIdentity",
)  # fmt: skip


def text_of(source: str, key: str) -> str:
    """Return the expression of a text in a JSON document, NULL where it has none."""
    return f"JSONExtract({source}, '{key}', 'Nullable(String)')"


def raw_of(source: str, key: str) -> str:
    """Return the expression of an object in a JSON document, as JSON, NULL where it has none."""
    return f"nullIf(nullIf(JSONExtractRaw({source}, '{key}'), ''), 'null')"


def _text(key: str) -> Column:
    return Column(key.lower(), VARCHAR, f"facts.{key}" if key in _KEPT else text_of("record", key))


def _map(key: str, kept: str = "") -> Column:
    return Column(key.lower(), MAP, _kept_raw(kept) if kept else raw_of("record", key))


def _kept_raw(column: str) -> str:
    return f"nullIf(nullIf({column}, ''), 'null')"


def _rare_text(key: str) -> Column:
    return Column(key.lower(), VARCHAR, text_of("rare", key))


def _rare_map(key: str) -> Column:
    return Column(key.lower(), MAP, raw_of("rare", key))


def _identity_texts(*paths: str) -> tuple[Part, ...]:
    """Return texts of an identity that are too rare for columns of their own: its JSON is parsed once for each."""
    keys = {path: ", ".join(f"'{key}'" for key in path.split(".")) for path in paths}
    return tuple(
        Part(tuple(path.lower().split(".")), f"JSONExtract(user_identity, {each}, 'Nullable(String)')")
        for path, each in keys.items()
    )


def _parts(key: str, *paths: str) -> tuple[Part, ...]:
    return tuple(Part(tuple(path.lower().split(".")), f"facts.{key}.{path}") for path in paths)


_IDENTITY_PARTS: Final = (
    *_parts("userIdentity", *_KEPT_OF_IDENTITY),
    *_identity_texts(
        "identityProvider",
        "sessionContext.webIdFederationData.federatedProvider",
        "sessionContext.ec2RoleDelivery",
        "sessionContext.ec2IssuedInVpc",
        *(f"onBehalfOf.{key}" for key in ("userId", "identityStoreArn")),
        *(f"inScopeOf.{key}" for key in ("sourceArn", "sourceAccount", "issuerType", "credentialsIssuedTo")),
    ),
    Part(
        ("sessioncontext", "attributes", "creationdate"),
        "parseDateTime64BestEffortOrNull("
        "JSONExtractString(user_identity, 'sessionContext', 'attributes', 'creationDate'), 3, 'UTC')",
        TIMESTAMP,
    ),
)

EVENT_COLUMNS: Final[tuple[Column, ...]] = (
    _text("eventVersion"),
    Column("useridentity", USER_IDENTITY, _kept_raw("user_identity"), _IDENTITY_PARTS),
    Column("eventtime", TIMESTAMP, "event_time"),
    Column("eventsource", VARCHAR, "toString(event_source)"),
    Column("eventname", VARCHAR, "toString(event_name)"),
    Column("awsregion", VARCHAR, "toString(region)"),
    _text("sourceIPAddress"),
    _text("userAgent"),
    Column("errorcode", VARCHAR, "nullIf(toString(error_code), '')"),
    _text("errorMessage"),
    _map("requestParameters", "request_parameters"),
    _map("responseElements", "response_elements"),
    _map("additionalEventData", "additional_event_data"),
    Column("requestid", VARCHAR, _REQUEST_ID),
    Column("eventid", VARCHAR, "UUIDNumToString(event_id)"),
    Column("readonly", BOOLEAN, "read_only"),
    Column("resources", array(RESOURCE), "JSONExtractArrayRaw(resources)"),
    _text("eventType"),
    _text("apiVersion"),
    Column("managementevent", BOOLEAN, "category = 'Management'"),
    Column("recipientaccountid", VARCHAR, "toString(account)"),
    _text("sharedEventID"),
    _rare_text("annotation"),
    _text("vpcEndpointId"),
    _rare_text("vpcEndpointAccountId"),
    _rare_map("serviceEventDetails"),
    _rare_map("addendum"),
    _rare_map("edgeDeviceDetails"),
    _rare_map("insightDetails"),
    Column("eventcategory", VARCHAR, "toString(category)"),
    Column("tlsdetails", row(*texts(*_TLS_KEYS)), _kept_raw("tls_details"), _parts("tlsDetails", *_TLS_KEYS)),
    Column("sessioncredentialfromconsole", VARCHAR, "from_console"),
    Column("eventjson", VARCHAR, "record"),
    Column("eventjsonchecksum", VARCHAR, "lower(hex(SHA256(record)))"),
)

# Of events that were imported, where the table of what stores were given from outside has them: old records say less.
IMPORTED_COLUMNS: Final[tuple[Column, ...]] = tuple(
    Column(column.name, column.type, _BOOLEANS[column.name]) if column.name in _BOOLEANS else column
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
_SHARE: Final = array(row(*texts("value"), Field("average", DOUBLE)))
_INSIGHT_CONTEXT: Final = row(
    *(Field(key, DOUBLE) for key in ("baselineAverage", "insightAverage")),
    *(Field(key, BIGINT) for key in ("baselineDuration", "insightDuration")),
    Field("attributions", array(row(*texts("attribute"), Field("insight", _SHARE), Field("baseline", _SHARE)))),
)
# Of Insights. AWS has no eventJson of these.
INSIGHT_COLUMNS: Final[tuple[Column, ...]] = (
    _text("eventVersion"),
    Column("eventcategory", VARCHAR, "toString(category)"),
    _text("eventType"),
    _text("eventID"),
    Column("eventtime", TIMESTAMP, "event_time"),
    Column("awsregion", VARCHAR, "toString(region)"),
    Column("recipientaccountid", VARCHAR, "toString(account)"),
    _text("sharedEventID"),
    _map("addendum"),
    _text("insightSource"),
    _text("insightState"),
    Column("insighteventsource", VARCHAR, "toString(event_source)"),
    Column("insighteventname", VARCHAR, "toString(event_name)"),
    Column("insighterrorcode", VARCHAR, "nullIf(toString(error_code), '')"),
    _text("insightType"),
    Column("insightcontext", _INSIGHT_CONTEXT, raw_of("record", "insightContext")),
)
