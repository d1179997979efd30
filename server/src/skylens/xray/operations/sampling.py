"""Sampling targets: clients report what they did and hear what they may do; and the sums of what they reported."""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from skylens.registry import Call, Input, Output, operation
from skylens.store.control.moment import EPOCH, MILLISECOND
from skylens.xray.errors import InvalidRequest
from skylens.xray.sampling import statistics, targets
from skylens.xray.sampling.statistics import AnomalyReport, Refusal, Report, Window
from skylens.xray.sampling.targets import INTERVAL_SECONDS, Target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

_PAGE: Final = 1_000


@operation("xray", "GetSamplingTargets", quick=True)
def get_sampling_targets(call: Call, request: Input) -> Output:
    """Give every reporting client its share of each rule's reservoir.

    https://docs.aws.amazon.com/xray/latest/api/API_GetSamplingTargets.html
    """
    reports = [_report(document) for document in request["SamplingStatisticsDocuments"]]
    anomalies = [_anomaly_report(document) for document in request.get("SamplingBoostStatisticsDocuments", ())]
    with call.control.begin(durable=False) as connection:
        answer = targets.answer(connection, call.caller, reports, anomalies, call.now)
    return {
        "SamplingTargetDocuments": [_target(target) for target in answer.targets],
        "LastRuleModification": answer.last_modified,
        "UnprocessedStatistics": _unprocessed(answer.refused),
        "UnprocessedBoostStatistics": _unprocessed(answer.refused_anomalies),
    }


@operation("xray", "GetSamplingStatisticSummaries")
def get_sampling_statistic_summaries(call: Call, request: Input) -> Output:
    """Return the last hour's sums by rule in windows of ten seconds, newest first.

    https://docs.aws.amazon.com/xray/latest/api/API_GetSamplingStatisticSummaries.html
    """
    token = request.get("NextToken")
    after = _read_token(token) if token else None
    with call.control.read() as connection:
        found = statistics.windows(connection, call.caller, now=call.now, most=_PAGE + 1, after=after)
    page = found[:_PAGE]
    return {
        "SamplingStatisticSummaries": [_summary(window) for window in page],
        "NextToken": _token(page[-1]) if len(found) > _PAGE else None,
    }


def _report(document: Mapping[str, Any]) -> Report:
    return Report(
        rule=document["RuleName"],
        client=document["ClientID"],
        time=document["Timestamp"],
        requests=document["RequestCount"],
        sampled=document["SampledCount"],
        borrowed=document.get("BorrowCount", 0),
    )


def _anomaly_report(document: Mapping[str, Any]) -> AnomalyReport:
    return AnomalyReport(
        rule=document["RuleName"],
        service=document["ServiceName"],
        time=document["Timestamp"],
        anomalies=document["AnomalyCount"],
        sampled_anomalies=document["SampledAnomalyCount"],
    )


def _target(target: Target) -> Output:
    document: dict[str, Any] = {
        "RuleName": target.rule,
        "FixedRate": target.fixed_rate,
        "Interval": INTERVAL_SECONDS,
    }
    if target.quota is not None:
        document |= {"ReservoirQuota": target.quota, "ReservoirQuotaTTL": target.until}
    if target.boost is not None:
        document["SamplingBoost"] = {"BoostRate": target.boost.rate, "BoostRateTTL": target.boost.until}
    return document


def _unprocessed(refusals: Sequence[Refusal]) -> list[Output]:
    return [{"RuleName": r.rule, "ErrorCode": r.code, "Message": r.message} for r in refusals]


def _summary(window: Window) -> Output:
    return {
        "RuleName": window.rule,
        "Timestamp": window.starts_at,
        "RequestCount": window.requests,
        "BorrowCount": window.borrowed,
        "SampledCount": window.sampled,
    }


def _token(window: Window) -> str:
    at = (window.starts_at - EPOCH) // MILLISECOND
    return base64.urlsafe_b64encode(f"{at} {window.rule}".encode()).decode()


def _read_token(token: str) -> tuple[datetime, str]:
    try:
        at, _, rule = base64.b64decode(token, altchars=b"-_", validate=True).decode().partition(" ")
        return EPOCH + timedelta(milliseconds=int(at)), rule
    except (binascii.Error, ValueError, OverflowError) as wrong:
        raise InvalidRequest(f"Invalid NextToken: {token}") from wrong
