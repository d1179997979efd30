"""How often IAM was changed by this process: every write goes through ``writing``, whoever remembers IAM asks ``current``."""

from typing import Final

from skylens.store.control.revision import Revision

_IAM: Final = Revision()
current = _IAM.current
writing = _IAM.writing
