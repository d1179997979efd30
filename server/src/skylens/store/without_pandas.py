"""Keep pandas out of the process: 50 MB and a second that pyarrow would spend at the first row."""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

import pyarrow as pa


class _NoPandas:
    """An import finder that knows pandas, and says that it is not there."""

    @staticmethod
    def find_spec(name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> ModuleSpec | None:
        """Refuse pandas, leave everything else to the next finder."""
        if name == "pandas":
            raise ModuleNotFoundError("pandas is not wanted here", name=name)
        return None


def keep_pandas_out() -> None:
    """Let pyarrow find out now that there is no pandas.

    It imports pandas (a dependency of chdb-core that we never use) at its first pa.array(), only to ask whether the list
    it was given is a pandas Series, and remembers when there is none.
    """
    if "pandas" in sys.modules:
        return
    sys.meta_path.insert(0, _NoPandas)
    try:
        pa.array([True])
    finally:
        sys.meta_path.remove(_NoPandas)
