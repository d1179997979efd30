"""What holds for all tests, and what a failed run has to say so that it can be repeated."""

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes, or takes to be drawn, says how busy the machine is.
settings.register_profile("skylens", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("skylens")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config) -> None:
    """Print the seed of the order that the tests ran in."""
    if exitstatus == pytest.ExitCode.TESTS_FAILED:
        terminalreporter.write_line(f"The order of the tests was that of --randomly-seed={config.option.randomly_seed}")
