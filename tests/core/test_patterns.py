"""Patterns of device files: what is let through is quick on any line."""

import itertools
import re
import time

import pytest

from isotimer.core.patterns import pattern_fault

LINES = ["1" * 200, "a" * 200, "A" * 199 + "!", " " * 200, "1," * 100, "ab" * 100, "^" * 200]


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?P<t>\d{1,10});(?P<f>-?\d{1,7}(?:[.,]\d{1,6})?)",
        r"\d+,\d+,\d+,\d+,\d+",
        r"^Starting capture.*\n",
        r".*weight: (\d{1,8}).*",
        r"[+-]? {0,8}\d{1,8} {0,3}(kg|g|lb)?",
        r"(?=.*a)b*",
        r"(?>a*)b",
    ],
)
def test_a_pattern_with_parts_that_differ_is_let_through(pattern: str) -> None:
    assert pattern_fault(pattern) == ""


@pytest.mark.parametrize(
    "pattern",
    [
        ".*.*.*x",
        "a?" * 30 + "a" * 30,
        "(.*)(.*)(.*)\\1",
        "(?i)[a-z]*A*A*1",
        ".*.*.1*x",
        "[^,]*[^;]*[^,]*Z",
        "(.*){4}x",
        "(?:a?b?c?d?e?f?){4}(?:a?b?c?d?e?f?){4}(?:a?b?c?d?e?f?){4}x",
        r"\w*\d*\w*\d*!",
        "(?=.*1.*1.*1x)",
        "(a)?(?(1)a*a*a*|b)c",
    ],
)
def test_a_pattern_that_can_be_tried_in_too_many_ways_is_refused(pattern: str) -> None:
    assert "too many ways" in pattern_fault(pattern)


@pytest.mark.parametrize(
    "pattern", ["(" * 3000 + ")" * 3000, "(?:" * 3000 + ")" * 3000, "a{1,9999999999}", "(?P<a"]
)
def test_a_pattern_that_is_none_or_too_deep_is_refused(pattern: str) -> None:
    assert pattern_fault(pattern)


PARTS = [
    ".*",
    ".{0,40}",
    r"\d+",
    r"\w{1,20}",
    "[^,]*",
    "a?",
    "(a|b)",
    "1",
    "kg",
    r"\s*",
    "(?:a{0,4}){0,3}",
    "A*?",
]


def test_no_pattern_that_is_let_through_is_slow() -> None:
    """All of two parts and some of three, on lines made to be slow: the slowest has some 10 ms of work."""
    passed = 0
    for first, second, third in itertools.product(PARTS, PARTS, ("", ".{0,40}", "1*")):
        pattern = f"{first}{second}{third}!"
        if pattern_fault(pattern):
            continue
        passed += 1
        compiled = re.compile(pattern)
        start_s = time.thread_time()
        for line in LINES:
            compiled.search(line)
        assert time.thread_time() - start_s < 1.0, pattern
    assert passed > 200
