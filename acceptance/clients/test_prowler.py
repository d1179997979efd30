"""Prowler, unmodified: its checks of CloudTrail say of a good trail that it is good, and of a poor one what is wrong with it.

It brings the SDKs of fifteen clouds, so it is not installed here: SKYLENS_TEST_PROWLER names the program where there is one.
"""

import json
import os
import subprocess

import pytest
from account import a_policy, allow

ACCOUNT = "000000000000"
# What Prowler says of each trail; what is not here it can only ask S3 for, and then says MANUAL.
GOOD = {
    "cloudtrail_bedrock_logging_enabled": "PASS",
    "cloudtrail_cloudwatch_logging_enabled": "FAIL",  # no log group is told of
    "cloudtrail_insights_exist": "PASS",
    "cloudtrail_kms_encryption_enabled": "PASS",
    "cloudtrail_log_file_validation_enabled": "PASS",
    "cloudtrail_multi_region_enabled": "PASS",
    "cloudtrail_multi_region_enabled_logging_management_events": "PASS",
    "cloudtrail_s3_dataevents_read_enabled": "PASS",
    "cloudtrail_s3_dataevents_write_enabled": "PASS",
}
POOR = {
    "cloudtrail_cloudwatch_logging_enabled": "FAIL",
    "cloudtrail_kms_encryption_enabled": "FAIL",
    "cloudtrail_log_file_validation_enabled": "FAIL",
}


@pytest.fixture
def program():
    given = os.environ.get("SKYLENS_TEST_PROWLER")
    if given is None:
        pytest.skip("SKYLENS_TEST_PROWLER names no program")
    return given


def make_trails(skylens):
    kms, cloudtrail = skylens.client("kms"), skylens.client("cloudtrail")
    owner = allow("kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
    trail = allow(["kms:GenerateDataKey*", "kms:DescribeKey"], Principal={"Service": "cloudtrail.amazonaws.com"})
    key = kms.create_key(Policy=a_policy(owner, trail))["KeyMetadata"]["Arn"]
    cloudtrail.create_trail(Name="poor", S3BucketName="audit")
    cloudtrail.create_trail(
        Name="good", S3BucketName="audit", IsMultiRegionTrail=True, EnableLogFileValidation=True, KmsKeyId=key
    )
    cloudtrail.start_logging(Name="good")
    cloudtrail.put_insight_selectors(TrailName="good", InsightSelectors=[{"InsightType": "ApiCallRateInsight"}])
    objects = {"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}
    selector = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": [objects]}
    cloudtrail.put_event_selectors(TrailName="good", EventSelectors=[selector])


@pytest.mark.timeout(600)
def test_its_checks_of_cloudtrail(program, own_skylens, tmp_path):
    skylens = own_skylens()
    (skylens.data / "buckets" / ACCOUNT / "audit").mkdir(parents=True)
    make_trails(skylens)
    command = [program, "aws", "--service", "cloudtrail", "--region", "us-east-1", "--no-banner"]
    command += ["--output-formats", "json-ocsf", "--output-directory", tmp_path, "--output-filename", "found"]
    command += ["--ignore-exit-code-3"]
    done = subprocess.run(command, env=skylens.shell(), capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    findings = json.loads((tmp_path / "found.ocsf.json").read_text())
    told = {
        (finding["resources"][0]["uid"].rpartition("/")[2], finding["metadata"]["event_code"]): finding["status_code"]
        for finding in findings
        if finding["status_code"] != "MANUAL"
    }
    assert told == {("good", check): status for check, status in GOOD.items()} | {
        ("poor", check): status for check, status in POOR.items()
    }
