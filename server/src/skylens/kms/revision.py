"""How often keys, their policies and grants were changed by this process: every write goes through ``changing``."""

from typing import Final

from skylens.store.control.revision import Revision

_KEYS: Final = Revision()
current = _KEYS.current
changing = _KEYS.writing
