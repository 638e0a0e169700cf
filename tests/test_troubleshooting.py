"""The page of troubles has every sentence that the line can say."""

import errno
import os
import re
from pathlib import Path

import pytest

from isotimer.core.errors import LINK_ADVICE, LinkReason
from isotimer.link.ports import cannot_open
from isotimer.session.acquisition import BACK_AGAIN, RESTARTED

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
