"""A daemon of one account that sends to another by assuming a role there, until it may not any more."""

import json
import socket
import subprocess
import sys

import pytest
from documents import a_segment
from ports import free_port
from servers import SKYLENS

CENTRAL = "888877776666"
HEADER = b'{"format":"json","version":1}\n'
WRITE = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"


@pytest.fixture
def central(skylens):
    """The key of the root user of the account that collects traces."""
    command = [*SKYLENS, "accounts", "create", CENTRAL, "--name", "traces", "--data", str(skylens.data), "--json"]
    made = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return {"aws_access_key_id": made["access_key_id"], "aws_secret_access_key": made["secret_access_key"]}


@pytest.fixture
def start_daemon(skylens, tmp_path):
    """Start daemons that assume a role with a user's key: ``start(key, role)`` gives the port and the log."""
    running = []

    def start(key, role):
        port, log = free_port(), tmp_path / f"daemon-{len(running)}.log"
        command = [sys.executable, "-m", "skylens_daemon", "-b", f"127.0.0.1:{port}", "-t", f"127.0.0.1:{port}", "-o"]
        command += ["-n", "us-east-1", "--role-arn", role]
        with log.open("wb") as file:
            environment = skylens.shell() | {name.upper(): value for name, value in key.items()}
            running.append(subprocess.Popen(command, env=environment, stdout=file, stderr=file))
        return port, log

    yield start
    for process in running:
        process.terminate()
        process.wait(20)


def doctor(skylens, key, port):
    """What `skylens doctor` finds of a daemon's TCP side, asked as the account that collects."""
    environment = skylens.shell() | {name.upper(): value for name, value in key.items()}
    environment["AWS_XRAY_DAEMON_ADDRESS"] = f"127.0.0.1:{port}"
    done = subprocess.run([*SKYLENS, "doctor", "--json"], env=environment, capture_output=True, text=True, check=False)
    return {each["check"]: each for each in json.loads(done.stdout)}["daemon TCP"]


def test_segments_go_to_the_other_account_until_the_permission_is_removed(skylens, central, start_daemon, eventually):
    here, there = skylens.client("iam"), skylens.client("iam", **central)
    user = here.create_user(UserName="application")["User"]["Arn"]
    made = here.create_access_key(UserName="application")["AccessKey"]
    key = {"aws_access_key_id": made["AccessKeyId"], "aws_secret_access_key": made["SecretAccessKey"]}
    trust = {"Effect": "Allow", "Principal": {"AWS": user}, "Action": "sts:AssumeRole"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = there.create_role(RoleName="collector", AssumeRolePolicyDocument=text)["Role"]["Arn"]
    there.attach_role_policy(RoleName="collector", PolicyArn=WRITE)
    assume = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": role}]}
    here.put_user_policy(UserName="application", PolicyName="assume", PolicyDocument=json.dumps(assume))

    port, log = start_daemon(key, role)
    eventually(lambda: doctor(skylens, central, port), lambda found: found["ok"])
    segment = a_segment("application")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.sendto(HEADER + json.dumps(segment).encode(), ("127.0.0.1", port))
    xray = skylens.client("xray", **central)
    assert eventually(lambda: xray.batch_get_traces(TraceIds=[segment["trace_id"]])["Traces"])
    assert skylens.client("xray").batch_get_traces(TraceIds=[segment["trace_id"]])["Traces"] == []

    there.detach_role_policy(RoleName="collector", PolicyArn=WRITE)
    found = doctor(skylens, central, port)
    assert not found["ok"]
    assert ":assumed-role/collector/xray-daemon is not authorized to perform: xray:GetSamplingRules" in found["finding"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.sendto(HEADER + json.dumps(a_segment("refused")).encode(), ("127.0.0.1", port))
    eventually(log.read_text, lambda told: "is not authorized to perform: xray:PutTraceSegments" in told)

    here.delete_user_policy(UserName="application", PolicyName="assume")
    port, log = start_daemon(key, role)
    found = eventually(lambda: doctor(skylens, central, port), lambda found: "no credentials" in found["finding"])
    assert f"{user} is not authorized to perform: sts:AssumeRole on resource: {role}" in found["finding"]
    assert "is not authorized to perform: sts:AssumeRole" in log.read_text()
