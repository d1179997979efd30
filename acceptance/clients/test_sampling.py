"""Sampling by the SDKs' own samplers: three processes in Python, one in Node.js, one in Go (black-box list 5)."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SEARCH = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])
NAME = "five-clients"
RULE = {
    "RuleName": NAME,
    "ResourceARN": "*",
    "Priority": 1,
    "FixedRate": 0.0,
    "ReservoirSize": 10,
    "ServiceName": "sampled",
    "ServiceType": "*",
    "Host": "*",
    "HTTPMethod": "*",
    "URLPath": "*",
    "Version": 1,
}
# In seconds. Rules and targets take twenty to arrive, and SDKs ask about targets each ten.
SETTLED, CHANGED, DELETED, END = 24, 35, 50, 66
HEARD = 13  # so long after a change every SDK knows


@pytest.fixture
def go_sampler(tmp_path):
    """The program in Go, or nothing on a machine without its toolchain: the other SDKs are tried all the same."""
    go = shutil.which("go")
    if go is None:
        return []
    shutil.copytree(HERE / "go_app", tmp_path / "go")
    subprocess.run([go, "build", "-o", tmp_path / "sampler", "./sampled"], cwd=tmp_path / "go", check=True, timeout=280)
    return [[tmp_path / "sampler", str(END)]]


@pytest.mark.waits_long
@pytest.mark.timeout(400)
def test_clients_share_a_reservoir_and_hear_of_changes(skylens, xray, node_modules, go_sampler):
    commands = [[sys.executable, HERE / "python_app" / "sampled_client.py", str(END)]] * 3
    commands += [[shutil.which("node", path=SEARCH), node_modules.parent / "sampled_client.js", str(END)]]
    commands += go_sampler
    xray.create_sampling_rule(SamplingRule=RULE)
    begun = time.monotonic()
    clients = [subprocess.Popen(each, env=skylens.shell(), stdout=subprocess.PIPE, text=True) for each in commands]
    try:
        time.sleep(begun + CHANGED - time.monotonic())
        xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": NAME, "FixedRate": 1.0})
        time.sleep(begun + DELETED - time.monotonic())
    finally:
        xray.delete_sampling_rule(RuleName=NAME)
    said = [client.communicate(timeout=90)[0].strip().splitlines()[-1] for client in clients]  # Go logs before it
    counts = [[int(count) for count in line.split()] for line in said]

    def rate(client, start, end):
        return sum(client[start:end]) / (end - start)

    python, others = counts[:3], counts[3:]
    shares = [rate(client, SETTLED, CHANGED - 1) for client in counts]
    assert 8 <= sum(shares) <= 12.5, counts  # Node always borrows one a second beside what it is given: its bug
    assert max(shares) < 0.6 * sum(shares), "one client took most of the reservoir"
    for client in [*python, *others]:
        asked = rate(client, CHANGED + HEARD, DELETED)
        assert asked > 20, f"a rate of 1 was not heard of: {client}"
    for client in [*python, *others[1:]]:  # Node never hears of deletions, by the same bug
        assert rate(client, DELETED + HEARD, END - 1) < 0.4 * asked, f"the deletion was not heard of: {client}"
