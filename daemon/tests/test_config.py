"""config.py, flags.py and config_file.py: the original's flags, file and sentences."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skylens_daemon import address, flags
from skylens_daemon.config import OPTIONS, Config, load, proxy_from
from skylens_daemon.errors import ConfigError, HelpAsked, UsageError

COMPLETE = """
TotalBufferSizeMB: 16
Concurrency: 4
Region: "us-east-2"
Endpoint: "https://xxxx.xxxx.com"
Socket:
  UDPAddress: "127.0.0.1:3000"
  TCPAddress: "127.0.0.2:3001"
Logging:
  LogRotation: false
  LogLevel: "debug"
  LogPath: "/tmp/x.log"
LocalMode: true
ResourceARN: "arn:resource"
RoleARN: "arn:role"
NoVerifySSL: true
CABundle: /tmp/authority.pem
ProxyAddress: "http://proxy:3128"
Version: 2
"""


@pytest.fixture
def written(tmp_path):
    def write(text: str) -> str:
        path = tmp_path / "cfg.yaml"
        path.write_text(text)
        return str(path)

    return write


def chosen(*arguments: str, **environ: str) -> Config:
    return load(arguments, environ, locations=())[0]


def test_the_defaults_are_the_originals():
    assert chosen() == Config()
    assert Config().udp_address == Config().tcp_address == "127.0.0.1:2000"
    assert (Config().concurrency, Config().log_level, Config().log_rotation) == (64, "prod", True)


@pytest.mark.parametrize("form", [["-{} {}"], ["--{} {}"], ["-{}={}"], ["--{}={}"]])
@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("b", "udp_address", "0.0.0.0:2000"),
        ("bind", "udp_address", "0.0.0.0:2000"),
        ("t", "tcp_address", "0.0.0.0:2000"),
        ("bind-tcp", "tcp_address", "0.0.0.0:2000"),
        ("n", "region", "eu-west-1"),
        ("region", "region", "eu-west-1"),
        ("r", "role_arn", "arn"),
        ("role-arn", "role_arn", "arn"),
        ("a", "resource_arn", "arn"),
        ("resource-arn", "resource_arn", "arn"),
        ("f", "log_path", "x.log"),
        ("log-file", "log_path", "x.log"),
        ("l", "log_level", "dev"),
        ("log-level", "log_level", "dev"),
        ("p", "proxy_address", "http://p:1"),
        ("proxy-address", "proxy_address", "http://p:1"),
        ("m", "buffer_mb", 0x10),
        ("buffer-memory", "buffer_mb", 16),
    ],
)
def test_every_flag_is_read_in_every_form_of_gos_flag_package(form, name, field, value):
    assert getattr(chosen(*form[0].format(name, value).split()), field) == value


@pytest.mark.parametrize(("arguments", "expected"), [(["-o"], True), (["--local-mode=f"], False), (["-o=T"], True)])
def test_a_boolean_flag_takes_its_value_with_an_equals_sign_only(arguments, expected):
    assert chosen(*arguments).local_mode is expected


def test_reading_stops_at_the_first_argument_that_is_no_flag():
    assert chosen("-o", "false", "-n", "x").region == ""
    assert chosen("-n", "a", "--", "-n", "b").region == "a"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["-x"], "flag provided but not defined: -x"),
        (["--nope=1"], "flag provided but not defined: -nope"),
        (["-m"], "flag needs an argument: -m"),
        (["-m", "x"], 'invalid value "x" for flag -m: parse error'),
        (["-o=maybe"], 'invalid boolean value "maybe" for -o: parse error'),
        (["---n"], "bad flag syntax: ---n"),
        (["-=x"], "bad flag syntax: -=x"),
    ],
)
def test_a_bad_command_line_is_refused_in_gos_words(arguments, sentence):
    with pytest.raises(UsageError) as raised:
        chosen(*arguments)
    assert str(raised.value) == sentence


@pytest.mark.parametrize("flag", ["-h", "--help", "-help"])
def test_help_can_be_asked_for(flag):
    with pytest.raises(HelpAsked):
        chosen(flag)


@given(st.lists(st.text(max_size=6)))
def test_no_command_line_breaks_the_reader(arguments):
    with contextlib.suppress(UsageError, HelpAsked):
        flags.parse(arguments, OPTIONS)


def test_every_key_of_the_file_is_read(written):
    assert chosen("-c", written(COMPLETE)) == Config(
        udp_address="127.0.0.1:3000",
        tcp_address="127.0.0.2:3001",
        endpoint="https://xxxx.xxxx.com",
        region="us-east-2",
        role_arn="arn:role",
        resource_arn="arn:resource",
        buffer_mb=16,
        concurrency=4,
        local_mode=True,
        no_verify_ssl=True,
        ca_bundle="/tmp/authority.pem",  # noqa: S108  # never opened
        proxy_address="http://proxy:3128",
        log_path="/tmp/x.log",  # noqa: S108  # never opened
        log_level="debug",
        log_rotation=False,
    )


def test_an_empty_text_and_a_zero_stand_for_the_default(written):
    file = 'Region: ""\nConcurrency: 0\nTotalBufferSizeMB: 0\nSocket:\n  UDPAddress: ""\nVersion: 1\n'
    assert chosen("-c", written(file)) == Config()


MANUAL = "Please refer to AWS X-Ray Documentation for more information."
MIGRATE = f"Use X-Ray Daemon Config Migration Script to update the config file. {MANUAL}"


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("Region: x", f"Config Version is missing. {MIGRATE}"),
        ("", f"Config Version Setting is not correct. {MIGRATE}"),
        ("Version: 3", f"Config Version Setting is not correct. {MIGRATE}"),
        ("Version: 2\nColour: red", f"Colour flag is invalid. {MANUAL}"),
        ("Version: 2\nSocket:\n  Colour: red", f"Socket.Colour flag is invalid. {MANUAL}"),
        ("Version: 2\nSocket:", f"Socket flag is invalid. {MANUAL}"),
        ("Version: 2\nProfile:\n  CPU: x", f"Profile.CPU flag is not supported any more. {MANUAL}"),
        ("Version: 2\nMemoryLimit: 5", f"MemoryLimit flag is not supported. {MIGRATE}"),
    ],
)
def test_a_bad_file_is_refused_in_the_originals_words(written, file, sentence):
    with pytest.raises(ConfigError) as raised:
        chosen("-c", written(file))
    assert str(raised.value) == sentence


@pytest.mark.parametrize(
    "file",
    ["TotalBufferSizeMB: NotExist\nVersion: 2", "LocalMode: 1\nVersion: 2", "Region: [a]\nVersion: 2", ": :", "- a"],
)
def test_a_file_of_wrong_types_is_refused(written, file):
    with pytest.raises(ConfigError, match="Error occur when using config flag: "):
        chosen("-c", written(file))


def test_a_missing_file_is_refused():
    with pytest.raises(ConfigError, match="open /nowhere: No such file or directory"):
        chosen("-c", "/nowhere")


def test_a_file_that_was_merely_found_may_have_unknown_keys_but_they_are_named(written):
    path = Path(written("Version: 2\nRegion: eu-west-1\nColour: red\nProxyServer:\n  MaxIdleConns: 5\n"))
    config, warnings = load([], {}, locations=[Path("/nowhere"), path])
    assert config.region == "eu-west-1"
    assert warnings == (f"{path}: Colour flag is invalid. {MANUAL}", f"{path}: ProxyServer.MaxIdleConns has no effect")


def test_a_flag_wins_over_the_environment_and_that_over_the_file(written):
    path = written(COMPLETE)
    assert chosen("-c", path, SKYLENS_DAEMON_REGION="env").region == "env"
    assert chosen("-c", path, "-n", "flag", SKYLENS_DAEMON_REGION="env").region == "flag"


def test_every_setting_can_be_given_by_the_environment():
    config = chosen(
        SKYLENS_DAEMON_HEALTH_ADDRESS=":2001", SKYLENS_DAEMON_NO_VERIFY_SSL="true", SKYLENS_DAEMON_CONCURRENCY="3"
    )
    assert (config.health_address, config.no_verify_ssl, config.concurrency) == (":2001", True, 3)
    with pytest.raises(ConfigError, match="SKYLENS_DAEMON_CONCURRENCY: 'x' is no int"):
        chosen(SKYLENS_DAEMON_CONCURRENCY="x")


def test_awss_variables_fill_what_nobody_chose():
    environ = {"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_XRAY": "http://xray"}
    assert (chosen(**environ).region, chosen(**environ).endpoint) == ("eu-west-1", "http://xray")
    assert chosen("-n", "flag", "--endpoint", "http://flag", **environ).endpoint == "http://flag"
    assert chosen("-n", "flag", **environ).region == "flag"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["-m", "2"], "Min Buffers Memory required: 3 MB"),
        (["--concurrency", "0"], "concurrency must be at least 1"),
        (["-b", "nowhere"], "address 'nowhere' is not host:port"),
        (["-t", "::1:2000"], "an IPv6 host needs brackets"),
        (["-b", "x:65536"], "is not host:port"),
        (["--endpoint", "localhost:8000"], "endpoint 'localhost:8000' must begin with http"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused(arguments, sentence):
    with pytest.raises(ConfigError, match=sentence):
        chosen(*arguments)


def test_a_small_machine_gets_the_smallest_buffer():
    assert Config(buffer_mb=5).buffer_bytes == 5 * 1024 * 1024
    assert Config().buffer_bytes >= 3 * 1024 * 1024


def test_the_environments_proxy_is_for_hosts_elsewhere():
    environ = {"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "internal.example"}
    assert proxy_from(environ, "xray.us-east-1.amazonaws.com") == "http://proxy:3128"
    assert [proxy_from(environ, host) for host in ("localhost", "127.0.0.2", "::1", "a.internal.example")] == [""] * 4


@given(st.sampled_from(["127.0.0.1", "localhost", "::1", ""]), st.integers(0, 65535))
def test_an_address_reads_back_as_it_was_written(host, port):
    assert address.parse(address.join(host, port)) == (host, port)
