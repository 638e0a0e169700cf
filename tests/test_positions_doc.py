"""The page on one's own positions shows a file that works."""

from pathlib import Path

from isotimer.core.positions.file import EXAMPLE, read_position

PAGE = Path(__file__).resolve().parents[1] / "docs" / "positions.md"


def test_the_example_on_the_page_is_a_position() -> None:
    [shown] = [part.split("```")[0] for part in PAGE.read_text("utf-8").split("```toml\n")[1:]]
    assert shown == EXAMPLE
    assert read_position(shown, "x.toml").position is not None
