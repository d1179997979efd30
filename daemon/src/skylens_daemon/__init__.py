"""skylens-daemon: takes segments over UDP, forwards them in signed batches, and proxies X-Ray calls over TCP."""

__version__ = "0.1.0"

# The release of aws-xray-daemon whose flags, file and behaviour this one keeps to.
COMPATIBLE_VERSION = "3.6.6"
