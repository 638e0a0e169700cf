"""Settings as TOML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotimer.core.settings import Settings, changed, read_settings, settings_text

FILE = "settings.toml"


def test_an_empty_file_means_the_defaults() -> None:
    read = read_settings("", FILE)
    assert read.settings == Settings()
    assert read.problems == ()


def test_what_is_written_is_read_back() -> None:
    mine = changed(
        Settings(other={"later": 3, "table": {"a b": [1, "x"]}}),
        volume=0.35,
        mute=True,
        voice="en-gb",
        theme="nord",
        signs="ascii",
        band_pct=7.5,
        calibration_age_days=30,
        athlete='Ann "é" [red]\x1b\x7f\n\U0001f600\\',
        keys={"hold.go": "space,enter", "app.help": "ctrl+h"},
    )
    read = read_settings(settings_text(mine), FILE)
    assert read.settings == mine
    assert read.problems == ()
    assert read.remarks == ()


@given(st.text(max_size=500))
def test_any_name_survives(name: str) -> None:
    whole = name.encode("utf-8", "replace").decode()
    text = settings_text(changed(Settings(), athlete=name))
    assert read_settings(text, FILE).settings.athlete == whole


@given(st.text(max_size=200))
def test_no_text_stops_it(text: str) -> None:
    read = read_settings(text, FILE)
    assert isinstance(read.settings, Settings)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("volume = 7", "7 is not between 0 and 1; 0.8 is used."),
        ("volume = nan", "nan is not between 0 and 1"),
        ("volume = true", "not a number"),
        ("volume = 'loud'", "not a number"),
        ("mute = 1", "neither true nor false; false is used."),
        ("signs = 'stone'", "not one of auto, unicode, ascii"),
        ("calibration_age_days = 0.5", "not a whole number"),
        ("countdown_s = -1", "-1 is not between 0 and 60"),
        ("voice = '--help'", "not the name of a voice"),
        ("theme = 'a b'", "not the name of a theme"),
        ("athlete = 5", "not a name"),
    ],
)
def test_a_wrong_value_names_file_line_and_key(line: str, words: str) -> None:
    key = line.split()[0]
    read = read_settings(f"# mine\n\nflash = false\n{line}\n", FILE)
    (problem,) = read.problems
    assert problem.startswith(f"settings.toml, line 4, key '{key}': ")
    assert words in problem
    assert getattr(read.settings, key) == getattr(Settings(), key)
    assert read.settings.flash is False


def test_wrong_keys_are_named_and_the_good_ones_stay() -> None:
    read = read_settings('[keys]\n"hold.go" = "g"\n"hold.skip" = 4\n"hold.redo" = ""\n', FILE)
    assert read.settings.keys == {"hold.go": "g"}
    assert [p.split(":")[0] for p in read.problems] == [
        "settings.toml, line 3, key 'hold.skip'",
        "settings.toml, line 4, key 'hold.redo'",
    ]
    assert read_settings("keys = 3", FILE).problems[0].startswith("settings.toml, line 1, key 'keys'")


@pytest.mark.parametrize("text", ["volume = ", "volume = 1\nvolume = 2", "a = " + "[" * 5000, "\x00"])
def test_a_file_that_is_no_toml_is_one_problem(text: str) -> None:
    read = read_settings(text, FILE)
    assert read.settings == Settings()
    (problem,) = read.problems
    assert problem.startswith("settings.toml is not valid TOML")
    assert "the defaults are used" in problem


def test_unknown_keys_are_kept_and_a_slip_is_named() -> None:
    read = read_settings("volum = 0.5\nsomething_else = 'x'\n", FILE)
    assert read.problems == ()
    assert read.remarks == ("settings.toml, line 1, key 'volum': unknown; did you mean 'volume'?",)
    assert read.settings.other == {"volum": 0.5, "something_else": "x"}
    assert "volum = 0.5" in settings_text(read.settings)


@pytest.mark.parametrize(
    "change", [{"volume": 2}, {"no_such": 1}, {"keys": {"a": "%"}}, {"signs": None}, {"athlete": "x" * 501}]
)
def test_a_change_that_is_not_allowed_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"not|no setting"):
        changed(Settings(), **change)
