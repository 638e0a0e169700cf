from isotimer.tui.actions import ACTIONS, bindings
from isotimer.tui.app import SCREEN_TABLE, IsotimerApp, screen_class
from isotimer.tui.screens.today import TodayScreen

OWNERS = {name: screen_class(name) for name in SCREEN_TABLE} | {"today": TodayScreen, "app": IsotimerApp}


def test_every_id_is_there_once():
    assert len({a.id for a in ACTIONS}) == len(ACTIONS)


def test_no_key_means_two_things_on_one_screen():
    for screen in OWNERS:
        keys = [key for a in ACTIONS if a.screen == screen for key in a.key.split(",")]
        assert len(keys) == len(set(keys)), screen


def test_every_action_has_its_method():
    for action in ACTIONS:
        owner = IsotimerApp if action.action == "leave" else OWNERS[action.screen]
        assert hasattr(owner, "action_" + action.action.split("(")[0]), action.id


def test_every_binding_has_an_id_so_that_its_key_can_be_changed():
    for screen in OWNERS:
        assert all(binding.id for binding in bindings(screen))
