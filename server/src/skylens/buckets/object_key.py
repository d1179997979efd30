"""Object keys: which ones can be files below a folder, and which file each is. Nothing outside the folder is ever one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_KEY: Final = 1024
LONGEST_NAME: Final = 255  # of a file, in bytes, on the file systems that there are
OWN_FOLDER: Final = ".skylens"  # beside the objects: what S3 keeps of them besides their bytes


def is_file_key(key: str) -> bool:
    """Say whether a key can be a file's: names between slashes, none of which means another folder.

    >>> is_file_key("AWSLogs/1/a.json.gz"), is_file_key("AWSLogs/../../etc/passwd"), is_file_key("/etc/passwd")
    (True, False, False)
    """
    try:
        if len(key.encode()) > LONGEST_KEY:
            return False
    except UnicodeEncodeError:
        return False
    names = key.split("/")
    return names[0] != OWN_FOLDER and all(map(_is_name, names))


def path_below(folder: Path, key: str) -> Path | None:
    """Return the file of a key below a folder, or None where the key cannot be one, or a link leads out of the folder."""
    if not is_file_key(key):
        return None
    path = folder.joinpath(*key.split("/"))
    try:
        is_below = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a circle of links
        return None
    return path if is_below else None


def sort_key(key: str) -> bytes:
    """Return what S3 orders keys by."""
    return key.encode("utf-8", "surrogatepass")


def _is_name(name: str) -> bool:
    return name not in {"", ".", ".."} and "\0" not in name and "\\" not in name and len(name.encode()) <= LONGEST_NAME
