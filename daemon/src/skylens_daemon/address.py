"""host:port as Go writes it."""


def parse(text: str) -> tuple[str, int]:
    """Return host and port; an empty host means every interface.

    >>> parse("127.0.0.1:2000"), parse("[::1]:2000"), parse(":2000")
    (('127.0.0.1', 2000), ('::1', 2000), ('', 2000))
    """
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65535:  # noqa: PLR2004  # a port has 16 bits
        raise ValueError(f"address {text!r} is not host:port")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise ValueError(f"address {text!r}: an IPv6 host needs brackets, as in [::1]:2000")
    return host, int(port)


def join(host: str, port: int) -> str:
    """Return the text parse() reads.

    >>> join("::1", 2000)
    '[::1]:2000'
    """
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
