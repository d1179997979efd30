"""What can keep the daemon from starting."""


class ConfigError(Exception):
    """A setting that cannot be used; the daemon says so and exits with status 1."""


class UsageError(Exception):
    """A command line that cannot be read; exit status 2, as with Go's flag package."""


class HelpAsked(Exception):
    """-h or --help was given."""
