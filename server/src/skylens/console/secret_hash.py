"""Secret hash: what the database knows of a secret that is only ever shown to its holder."""

import hashlib


def secret_hash(secret: str) -> str:
    """Return the hash of a long random secret, under which it is found again; nobody gets from the one to the other.

    >>> secret_hash("a")[:8]
    'ca978112'
    """
    return hashlib.sha256(secret.encode()).hexdigest()
