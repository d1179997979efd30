"""Terraform with AWS's provider, unmodified: what it made is as it wrote it, and a changed plan changes it in place.

It takes a minute and a half, most of which the provider sleeps while it waits for IAM and KMS to agree with themselves. So it
runs where SKYLENS_TEST_TERRAFORM_PLUGINS names a folder of providers (a filesystem mirror with ``hashicorp/aws``).
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

SOURCES = Path(__file__).parent / "terraform"
ACCOUNT = "000000000000"
CHANGED = {
    "team": "auditors",
    "prefix": "elsewhere",
    "read_only": "true",
    "expression": "error",
    "session_seconds": "3600",
    "retention_days": "60",
    "actions": '["s3:GetObject","s3:ListBucket"]',
}


class Terraform:
    """A folder with the configuration, and the program that brings a server to it."""

    def __init__(self, folder, skylens, plugins):
        shutil.copytree(SOURCES, folder, dirs_exist_ok=True)
        mirror = folder / "mirror.tfrc"
        mirror.write_text(
            f"provider_installation {{\n  filesystem_mirror {{\n    path = {json.dumps(plugins)}\n  }}\n}}\n"
        )
        self.folder = folder
        self.environment = skylens.shell() | {"TF_CLI_CONFIG_FILE": str(mirror), "CHECKPOINT_DISABLE": "1"}

    def run(self, *arguments, **variables):
        given = [f"-var={name}={value}" for name, value in variables.items()]
        command = ["terraform", *arguments, "-no-color", "-input=false", *given]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=240, check=False
        )
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        return done.stdout


@pytest.fixture
def terraform(own_skylens, tmp_path):
    plugins = os.environ.get("SKYLENS_TEST_TERRAFORM_PLUGINS")
    if plugins is None:
        pytest.skip("SKYLENS_TEST_TERRAFORM_PLUGINS names no folder with Terraform's provider of AWS")
    if shutil.which("terraform") is None:
        pytest.skip("no terraform on this machine")
    skylens = own_skylens()
    (skylens.data / "buckets" / ACCOUNT / "audit").mkdir(parents=True)
    made = Terraform(tmp_path / "terraform", skylens, plugins)
    made.run("init")
    return made, skylens


@pytest.mark.timeout(900)
def test_apply_plan_change_and_destroy(terraform):
    made, skylens = terraform
    cloudtrail, iam, xray = (skylens.client(name) for name in ("cloudtrail", "iam", "xray"))
    made.run("apply", "-auto-approve")
    made.run("plan", "-detailed-exitcode")  # which is 2 where anything were to be done
    assert cloudtrail.get_trail_status(Name="tf-main")["IsLogging"] is True
    assert cloudtrail.get_trail_status(Name="tf-basic")["IsLogging"] is False
    assert cloudtrail.get_trail(Name="tf-main")["Trail"]["S3KeyPrefix"] == "logs"
    done = made.run("apply", "-auto-approve", **CHANGED)
    assert " 0 added" in done
    assert " 0 destroyed" in done
    made.run("plan", "-detailed-exitcode", **CHANGED)
    assert cloudtrail.get_trail(Name="tf-main")["Trail"]["S3KeyPrefix"] == "elsewhere"
    assert iam.get_role(RoleName="tf-trail")["Role"]["MaxSessionDuration"] == 3600
    assert xray.get_group(GroupName="tf-checkout")["Group"]["FilterExpression"] == "error"
    made.run("destroy", "-auto-approve", **CHANGED)
    assert cloudtrail.describe_trails()["trailList"] == []
    assert iam.list_roles(PathPrefix="/audit/")["Roles"] == []
    assert [group["GroupName"] for group in xray.get_groups()["Groups"]] == ["Default"]
