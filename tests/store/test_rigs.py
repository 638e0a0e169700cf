"""Rigs in the store: by name, chosen per position."""

import pytest

from isotimer.core.errors import WrongUseError
from isotimer.store import rigs
from isotimer.store.database import open_store

LAYOUT = {"devices": [{"id": "a", "profile": "p"}], "channels": [{"device": "a", "channel": 0}]}


def test_a_rig_is_kept_replaced_chosen_and_forgotten(tmp_path):
    with open_store(tmp_path / "s.db") as store:
        key = rigs.keep_rig(store, " plates ", LAYOUT)
        assert rigs.keep_rig(store, "plates", LAYOUT | {"share_pct": [47, 53]}) == key
        rigs.keep_rig(store, "another", LAYOUT)
        assert [r.name for r in rigs.rigs(store)] == ["another", "plates"]
        assert '"share_pct"' in rigs.rig_named(store, "plates").layout
        assert rigs.chosen_rig(store, "standing-pull-back") is None
        rigs.choose_rig(store, "standing-pull-back", key)
        rigs.choose_rig(store, "wall-push", key)
        found = rigs.chosen_rig(store, "standing-pull-back")
        assert found is not None
        assert found.id == key
        assert rigs.rig_named(store, "plates").positions == ("standing-pull-back", "wall-push")
        rigs.choose_rig(store, "wall-push", None)
        assert rigs.rig_named(store, "plates").positions == ("standing-pull-back",)
        rigs.delete_rig(store, key)
        assert rigs.chosen_rig(store, "standing-pull-back") is None
        with pytest.raises(WrongUseError, match="known are another"):
            rigs.rig_named(store, "plates")
        with pytest.raises(WrongUseError, match="name is missing"):
            rigs.keep_rig(store, "  ", LAYOUT)
