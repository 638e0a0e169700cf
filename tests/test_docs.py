"""Pages that are made from the code are what the code makes."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from isotimer.measures.table import MEASURES

DOCS = Path(__file__).resolve().parents[1] / "docs"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATE = load()


@pytest.mark.parametrize("page", sorted(GENERATE.PAGES))
def test_a_made_page_is_up_to_date(page: str) -> None:
    assert (DOCS / page).read_text("utf-8") == GENERATE.PAGES[page](), "run 'make docs'"


def test_the_page_of_measures_tells_of_every_measure() -> None:
    text = (DOCS / "measures.md").read_text("utf-8")
    for row in MEASURES:
        assert text.count(f"`{row.id}`") == 2, row.id
        assert row.meaning in text


def test_what_a_rate_allows_is_what_measures_say() -> None:
    rows = {line.split(" | ")[0]: line for line in GENERATE.validity().splitlines()}
    assert rows["| `shake_rms_n`"].startswith("| `shake_rms_n` | – | – | ◐")
    assert rows["| `rfd_0_50_n_s`"].count("–") == 6
    assert rows["| `tension_mean_n`"].count("●") == len(GENERATE.RATES_HZ)
