"""The real app with a hold under way, for the benchmark: DATABASE PORT, or two ports of two plates."""

import sys
import threading
import time
from pathlib import Path

from counter import Counter

from isotimer.core.hold import HoldStarted, Key
from isotimer.core.plan import Side, Start, build_plan
from isotimer.core.rig import Rig, RigDevice
from isotimer.core.rig_kinds import kind, rig_of
from isotimer.session.places import Places
from isotimer.session.snapshot import LineState
from isotimer.session.station import Station
from isotimer.tui.app import IsotimerApp
from isotimer.tui.messages import Go
from isotimer.tui.screens.hold import HoldScreen


def main() -> None:
    """Open the app as a person does; a thread begins a session, goes to its screen and starts the hold."""
    database, *ports = sys.argv[1:]
    usual = Places.find(database)
    station = Station(Places(Path(database), usual.device_folders, usual.log_file), "Bench")
    if len(ports) == 1:
        station.connect(ports[0], "teensy-plate4")
    else:
        station.connect_rig(two_plates(), dict(zip(("a", "b"), ports, strict=True)))
    while station.line().state is not LineState.STREAMING:
        time.sleep(0.02)
    plan = build_plan("standing-band-hip-flexion", [Side.LEFT], 60.0, start=Start.CLOCK, countdown_s=0.0)

    def heard(event: object) -> None:
        if isinstance(event, HoldStarted):
            sys.__stdout__.write("\x1b]0;HOLD-RUNS\x07")
            sys.__stdout__.flush()

    station.subscribe(heard)
    counter = Counter(f"{database}.frames")
    draw = HoldScreen._draw

    def counted(screen: HoldScreen) -> None:
        draw(screen)
        counter.add()

    HoldScreen._draw = counted
    app = IsotimerApp(station)

    def begin() -> None:
        station.start(plan)
        app.on_go(Go("hold"))

    def train() -> None:
        app.call_from_thread(begin)
        time.sleep(1.0)
        station.press(Key.GO)

    threading.Timer(2.0, train).start()
    app.run()


def two_plates() -> Rig:
    """Return two plates side by side."""
    devices = [RigDevice(name, "teensy-plate4") for name in ("a", "b")]
    channels = [(device.id, n, 1) for device in devices for n in range(4)]
    return rig_of("two plates", kind("two-plates"), devices, channels)


main()
