"""The data dictionary is what the code makes, and tells of every table that can be exported."""

import importlib.util
from pathlib import Path

from isotimer.exchange.tables import TABLES

DOCS = Path(__file__).resolve().parents[1] / "docs"


def test_the_dictionary_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("docs_dictionary", DOCS / "generate_dictionary.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text = (DOCS / "data-dictionary.md").read_text("utf-8")
    assert text == module.page(), "run 'make docs'"
    for table in TABLES:
        assert f"## {table.name}\n" in text
