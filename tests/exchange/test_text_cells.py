"""Cells: numbers stay numbers, text stays text and never becomes a formula."""

import csv
import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotimer.core.errors import WrongUseError
from isotimer.exchange.text_cells import cell, check_signs, harmless, line, restored

TRICKY = st.text(alphabet=st.sampled_from("'=+-@\t\r\n,;|\" aé＝＋－＠"), max_size=12)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (float("nan"), ""),
        (-2.5, "-2.5"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e-7, "1e-07"),
        (-3, "-3"),
        (True, "1"),
        ("-2.5", "'-2.5"),
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+44 1", "'+44 1"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("＝1", "'＝1"),
        ("left-right", "left-right"),
        ("a = b", "a = b"),
        ("x;=1+1", "x;'=1+1"),
        ([-1.5, -2.0], "[-1.5, -2.0]"),
        ({"at_s": -1.0}, '{"at_s": -1.0}'),
    ],
)
def test_cell(value: object, text: str) -> None:
    assert cell(value) == text


def test_decimal_comma_is_for_numbers_alone() -> None:
    assert [cell(v, ",") for v in (1.5, "1.5", [1.5], 2)] == ["1,5", "1.5", "[1.5]", "2"]


@given(TRICKY)
def test_harmless_text_can_be_restored(text: str) -> None:
    assert restored(harmless(text)) == text


@given(TRICKY)
def test_no_piece_of_harmless_text_starts_a_formula(text: str) -> None:
    pieces = re.split(r"[,;|\t\r\n]", harmless(text))
    assert [p for p in pieces if p[:1] in set("=+-@＝＋－＠")] == []


@given(st.lists(TRICKY, min_size=1, max_size=4), st.sampled_from([",", ";", "\t", "|"]))
def test_a_line_reads_back_as_its_cells(cells: list[str], separator: str) -> None:
    text = line(["x", *cells], separator)
    [found] = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    assert found == ["x", *cells]


@given(
    st.recursive(
        st.floats(allow_nan=False, allow_infinity=False), lambda c: st.lists(c, max_size=3), max_leaves=5
    )
)
def test_json_cells_stay_json(value: object) -> None:
    text = cell([value])
    assert json.loads(text) == [value]


@pytest.mark.parametrize(
    ("separator", "decimal"), [(",", ","), (":", "."), ("", "."), (";", "·"), (";;", ".")]
)
def test_signs_that_do_not_go_together(separator: str, decimal: str) -> None:
    with pytest.raises(WrongUseError):
        check_signs(separator, decimal)
