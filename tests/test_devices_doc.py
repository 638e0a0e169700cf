"""docs/devices.md says what the device files say."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_devices", ROOT / "docs" / "generate_devices.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_files_give(generator: ModuleType) -> None:
    written = (ROOT / "docs" / "devices.md").read_text("utf-8")
    assert written == generator.page(), "run python docs/generate_devices.py"


def test_every_device_file_has_a_row_and_a_section(generator: ModuleType) -> None:
    page = generator.page()
    for path in (ROOT / "devices").glob("*.toml"):
        assert f"| [{path.stem}](#{path.stem}) |" in page
        assert f"\n## {path.stem}\n" in page


def test_every_device_file_says_what_was_not_tried(generator: ModuleType) -> None:
    for path in (ROOT / "devices").glob("*.toml"):
        remark = generator.remark_of(path.read_text("utf-8"))
        assert "ot tried" in remark or "was not" in remark, path.name


def test_a_changed_file_changes_the_page(generator: ModuleType, tmp_path: Path) -> None:
    text = (ROOT / "devices" / "kern-ew.toml").read_text("utf-8")
    (tmp_path / "kern-ew.toml").write_text(text.replace("baud = 1200", "baud = 4800"), "utf-8")
    page = generator.page(tmp_path)
    assert "| 4800 8N2 |" in page
    assert "sauter-fh" not in page


def test_what_is_not_supported_has_a_reason(generator: ModuleType) -> None:
    for what, why in generator.NOT_SUPPORTED:
        assert f"- **{what}**: {why}.\n" in generator.page()
        assert len(why) > 20
