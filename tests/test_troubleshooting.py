"""The page of troubles has every sentence that the line can say."""

import errno
import os
import re
import sqlite3
from pathlib import Path

import pytest

from isotimer.core.errors import LINK_ADVICE, DataError, LinkReason
from isotimer.link.ports import cannot_open
from isotimer.session.acquisition import BACK_AGAIN, RESTARTED
from isotimer.store.database import open_store
from isotimer.tui.app import LOCKED

PAGE = re.sub(
    r"\s*\n(> )?",
    " ",
    (Path(__file__).resolve().parents[1] / "docs" / "troubleshooting.md").read_text("utf-8"),
)


@pytest.mark.parametrize("code", [errno.ENOENT, errno.EACCES, errno.EBUSY, errno.ENOTTY])
def test_what_is_said_when_a_port_cannot_be_opened(code: int) -> None:
    assert cannot_open("PORT", OSError(code, os.strerror(code))).sentence in PAGE


@pytest.mark.parametrize("reason", LinkReason)
def test_every_reason_has_its_advice(reason: LinkReason) -> None:
    assert f"; {LINK_ADVICE[reason]}." in PAGE


@pytest.mark.parametrize("sentence", [RESTARTED, BACK_AGAIN])
def test_a_new_zero_is_explained(sentence: str) -> None:
    assert sentence in PAGE


def test_a_database_that_another_program_uses_is_explained(tmp_path: Path) -> None:
    assert LOCKED in PAGE
    database = tmp_path / "s.db"
    open_store(database).close()
    holder = sqlite3.connect(database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with open_store(database) as store:
        store.db.execute("PRAGMA busy_timeout = 0")
        with pytest.raises(DataError) as error:
            store.athlete("Ana")
    holder.close()
    assert error.value.sentence.replace(str(database), "FILE") in PAGE
