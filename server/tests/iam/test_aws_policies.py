"""The policies that AWS manages, as this release has them."""

import json
import re

import pytest

from skylens.iam import aws_policies
from skylens.iam.policy.validate import validate
from skylens.wire.models import SERVICE_NAMES, load

POLICIES = aws_policies.everything()
WRITE = {
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:GetSamplingStatisticSummaries",
}
# Actions of policies that are no operations of the model: permissions, and operations of consoles and agents.
NO_OPERATIONS = {
    "iam:PassRole",
    "cloudwatch:BatchGetServiceLevelObjectiveBudgetReport",
    "cloudwatch:Link",
    "logs:Link",
    "xray:Link",
    "xray:BatchGetTraceSummaryById",
    "xray:GetDistinctTraceGraphs",
    "logs:ListTagsLogGroup",
    "cloudwatch:GenerateQuery",
    "logs:StopLiveTail",
}


def actions(name):
    found = []
    for statement in document(name)["Statement"]:
        listed = statement.get("Action", [])
        found += listed if isinstance(listed, list) else [listed]
    return found


def document(name):
    (policy,) = [policy for policy in POLICIES.values() if policy.name == name]
    return json.loads(policy.text)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: policy.name)
def test_each_is_a_policy(policy):
    validate(policy.text, "identity")
    assert re.fullmatch(r"arn:aws:iam::aws:policy(/[\w-]+)*/[\w+=,.@-]+", policy.arn)
    assert re.fullmatch("ANPA[A-Z2-7]{17}", policy.id)
    assert policy.description.endswith(".")


def test_their_ids_differ():
    assert len({policy.id for policy in POLICIES.values()}) == len(POLICIES)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: policy.name)
def test_actions_of_the_services_here_are_theirs(policy):
    operations = {f"{service}:{name}".lower() for service in SERVICE_NAMES for name in load(service).operations}
    operations |= {action.lower() for action in NO_OPERATIONS}
    prefixes = {name.partition(":")[0] for name in operations}
    for action in actions(policy.name):
        if action.partition(":")[0] in prefixes:
            wanted = re.compile(re.escape(action.lower()).replace(r"\*", ".*"))
            assert any(map(wanted.fullmatch, operations)), action


@pytest.mark.parametrize("name", ["AWSXRayDaemonWriteAccess", "AWSXrayWriteOnlyAccess"])
def test_who_writes_traces_may_also_read_the_rules_for_it(name):
    assert set(actions(name)) == WRITE


READ = {
    *("xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:GetSamplingStatisticSummaries", "xray:BatchGetTraces"),
    *("xray:BatchGetTraceSummaryById", "xray:GetDistinctTraceGraphs", "xray:GetServiceGraph", "xray:GetTraceGraph"),
    *("xray:GetTraceSummaries", "xray:GetGroups", "xray:GetGroup", "xray:ListTagsForResource"),
    *("xray:ListResourcePolicies", "xray:GetTimeSeriesServiceStatistics", "xray:GetInsightSummaries"),
    *("xray:GetInsight", "xray:GetInsightEvents", "xray:GetInsightImpactGraph"),
}


def test_who_reads_x_ray_may_do_what_aws_lists_and_no_more():
    assert set(actions("AWSXrayReadOnlyAccess")) == READ
    assert actions("AWSXrayFullAccess") == ["xray:*"]


@pytest.mark.parametrize(
    ("name", "link"),
    [
        ("AWSXrayCrossAccountSharingConfiguration", "xray:Link"),
        ("CloudWatchCrossAccountSharingConfiguration", "cloudwatch:Link"),
        ("CloudWatchLogsCrossAccountSharingConfiguration", "logs:Link"),
    ],
)
def test_who_shares_with_another_account_may_link(name, link):
    links = {"ListLinks", "GetLink", "DeleteLink", "TagResource", "CreateLink", "UpdateLink"}
    assert set(actions(name)) == {link} | {f"oam:{action}" for action in links}


def test_an_agent_may_write_traces_too():
    assert set(actions("CloudWatchAgentServerPolicy")) >= WRITE


@pytest.mark.parametrize(
    "name",
    [
        "AWSXrayReadOnlyAccess",
        "CloudWatchReadOnlyAccess",
        "AWSCloudTrail_ReadOnlyAccess",
        "CloudWatchLogsReadOnlyAccess",
        "IAMReadOnlyAccess",
        "AmazonSNSReadOnlyAccess",
        "ReadOnlyAccess",
        "SecurityAudit",
        "ViewOnlyAccess",
    ],
)
def test_who_reads_changes_nothing(name):
    reading = (
        "BatchGet|CancelTraceRetrieval|Check|Describe|FilterLogEvents|GenerateCredentialReport|GenerateQuery|"
        "GenerateServiceLastAccessedDetails|Get|List|LookupEvents|Simulate|Start(Query|LiveTail|TraceRetrieval)|"
        "Stop(Query|LiveTail)|TestMetricFilter"
    )
    assert [action for action in actions(name) if not re.match(f"[a-z0-9-]+:({reading})", action)] == []


def test_those_that_tools_attach_are_there():
    names = {policy.arn.removeprefix("arn:aws:iam::aws:policy/") for policy in POLICIES.values()}
    assert names >= {
        "AWSXRayDaemonWriteAccess",
        "AWSXrayWriteOnlyAccess",
        "AWSXrayReadOnlyAccess",
        "AWSXrayFullAccess",
        "AWSXrayCrossAccountSharingConfiguration",
        "AWSCloudTrail_ReadOnlyAccess",
        "AWSCloudTrail_FullAccess",
        "CloudWatchAgentServerPolicy",
        "CloudWatchCrossAccountSharingConfiguration",
        "CloudWatchLogsCrossAccountSharingConfiguration",
        "CloudWatchReadOnlyAccess",
        "CloudWatchFullAccess",
        "CloudWatchLogsFullAccess",
        "CloudWatchLogsReadOnlyAccess",
        "AdministratorAccess",
        "PowerUserAccess",
        "ReadOnlyAccess",
        "SecurityAudit",
        "job-function/ViewOnlyAccess",
        "service-role/AWSLambdaBasicExecutionRole",
    }
