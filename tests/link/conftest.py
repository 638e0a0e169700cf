"""Bluetooth without hardware, for the tests that ask for it."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def bluetooth(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Virtual controllers instead of the computer's Bluetooth, and a short time for looking around."""
    spec = importlib.util.spec_from_file_location(
        "virtual_bluetooth", Path(__file__).with_name("virtual_bluetooth.py")
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    one = module.Bluetooth()
    monkeypatch.setattr("isotimer.link.ble.COMPUTER", one.radio)
    monkeypatch.setattr("isotimer.link.ble.OTHERS_S", 0.2)
    yield one
    one.air.close()
