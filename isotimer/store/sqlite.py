"""sqlite_utils, without the pandas that it loads wherever there is one: that takes longer than itself."""

import sys

__all__ = ["Migrations", "sqlite_utils"]

_ALONE = "pandas" not in sys.modules
if _ALONE:
    # None says "cannot be imported" to the import system, and sqlite_utils does without.
    sys.modules["pandas"] = None  # type: ignore[assignment]
try:
    import sqlite_utils
    from sqlite_utils.migrations import Migrations
finally:
    if _ALONE:
        del sys.modules["pandas"]
