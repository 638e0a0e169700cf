"""Writes docs/data-dictionary.md from the tables of an export: ``python docs/generate_dictionary.py``."""

from pathlib import Path

from isotimer.exchange.datapackage import dictionary_rows, written_tables

TARGET = Path(__file__).resolve().parent / "data-dictionary.md"

HEAD = """\
# Data dictionary

<!-- Written by docs/generate_dictionary.py from isotimer/exchange/tables.py: change that, then run it. -->

What `isotimer export` writes: one CSV file for each table below, or one Parquet file or folder. The same
words lie beside every CSV export, for people in `columns.csv` and for programs in `datapackage.json`
([Frictionless](https://specs.frictionlessdata.io/) data package, version 1). [exchange.md](exchange.md) shows
how to use it.

An empty cell is an absent value: why a measure is absent stands in the table `measures`. Times are UTC;
the offset of the place is beside them. A text that a spreadsheet would run as a formula begins with an
apostrophe, which `isotimer import` takes off again. JSON keeps its decimal points, whatever the decimal sign.
"""

TRACES = "One file per hold in the folder `traces`; the column `trace` of `holds` names it."


def page() -> str:
    """Return the page."""
    about = {table.name: table.about for table in written_tables()} | {"traces": TRACES}
    out = [HEAD]
    shown = ""
    for row in dictionary_rows():
        if row["table"] != shown:
            shown = row["table"]
            out.append(
                f"\n## {shown}\n\n{about[shown]}\n\n| column | type | unit | meaning |\n|---|---|---|---|\n"
            )
        meaning = row["meaning"].replace("|", "\\|")
        out.append(f"| `{row['column']}` | {row['type']} | {row['unit']} | {meaning} |\n")
    return "".join(out)


if __name__ == "__main__":
    TARGET.write_text(page(), "utf-8")
