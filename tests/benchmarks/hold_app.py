"""The real app with a hold under way, for the benchmark: DATABASE PORT, or two ports of two plates."""

import sys
import threading
import time
from pathlib import Path

from isotimer.core.hold import HoldStarted, Key
from isotimer.core.plan import Side, Start, build_plan
from isotimer.core.rig import Rig, RigDevice
from isotimer.core.rig_kinds import kind, rig_of
from isotimer.session.places import Places
from isotimer.session.snapshot import LineState
from isotimer.session.station import Station
from isotimer.tui.app import IsotimerApp
from isotimer.tui.screens.hold import HoldScreen


def main() -> None:
    """Open the app on its hold screen; a thread starts the hold once samples come."""
    database, *ports = sys.argv[1:]
    usual = Places.find(database)
    station = Station(Places(Path(database), usual.device_folders, usual.log_file), "Bench")
    if len(ports) == 1:
        station.connect(ports[0], "teensy-plate4")
    else:
        station.connect_rig(two_plates(), dict(zip(("a", "b"), ports, strict=True)))
    while station.line().state is not LineState.STREAMING:
        time.sleep(0.02)
    station.start(
        build_plan("standing-band-hip-flexion", [Side.LEFT], 60.0, start=Start.CLOCK, countdown_s=0.0)
    )

    def heard(event: object) -> None:
        if isinstance(event, HoldStarted):
            sys.__stdout__.write("\x1b]0;HOLD-RUNS\x07")
            sys.__stdout__.flush()

    station.subscribe(heard)
    threading.Timer(2.0, lambda: station.press(Key.GO)).start()
    drawn = [0]
    draw = HoldScreen._draw

    def counted(screen: HoldScreen) -> None:
        draw(screen)
        drawn[0] += 1
        Path(f"{database}.frames").write_text(f"{drawn[0]}")

    HoldScreen._draw = counted
    IsotimerApp(station, start_screen="hold").run()


def two_plates() -> Rig:
    """Return two plates side by side."""
    devices = [RigDevice(name, "teensy-plate4") for name in ("a", "b")]
    channels = [(device.id, n, 1) for device in devices for n in range(4)]
    return rig_of("two plates", kind("two-plates"), devices, channels)


main()
