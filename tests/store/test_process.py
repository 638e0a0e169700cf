"""Whether another isotimer still runs a session."""

import os
import subprocess
import sys

import pytest

from isotimer.store.process import lives_elsewhere, this_process

TELL = """
import sys
from isotimer.store.process import this_process
print(this_process(), flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(os.name != "posix", reason="processes are looked up the POSIX way")
def test_another_process_lives_until_it_ends() -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", TELL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    token = other.stdout.readline().strip()
    try:
        assert lives_elsewhere(token)
    finally:
        other.communicate()
    assert not lives_elsewhere(token)


def test_own_process_is_not_another() -> None:
    assert not lives_elsewhere(this_process())


@pytest.mark.parametrize("part", range(4))
def test_same_number_on_another_host_boot_or_start_is_gone(part: int) -> None:
    fields = this_process().split("/")
    fields[2] = str(os.getppid())
    fields[part] = "1" if part != 2 else "99999999"
    assert not lives_elsewhere("/".join(fields))


@pytest.mark.parametrize("token", ["", "x", "////", "host/boot/-1/0", "host/boot/²/0", "a/b/c/d/e"])
def test_nonsense_is_gone(token: str) -> None:
    assert not lives_elsewhere(token)
