"""What a failed run has to say, so that it can be repeated."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config) -> None:
    """Print the seed of the order that the tests ran in."""
    if exitstatus == pytest.ExitCode.TESTS_FAILED:
        terminalreporter.write_line(f"The order of the tests was that of --randomly-seed={config.option.randomly_seed}")
