"""The real app on its hold screen before a hold, for the latency benchmark: PORT DATABASE."""

import sys
import threading
from pathlib import Path

from isotimer.core.plan import Side, build_plan
from isotimer.session.places import Places
from isotimer.session.station import Station
from isotimer.tui.app import IsotimerApp
from isotimer.tui.messages import Go


def main() -> None:
    """Open the app; the hold waits to be started."""
    port, database = sys.argv[1:]
    usual = Places.find(database)
    station = Station(Places(Path(database), usual.device_folders, usual.log_file), "Bench")
    station.connect(port, "chronojump-force-sensor")
    plan = build_plan("standing-band-hip-flexion", [Side.LEFT], 60.0, countdown_s=5.0)
    app = IsotimerApp(station)

    def begin() -> None:
        station.start(plan)
        app.on_go(Go("hold"))

    # as a person does: the app is there first, so that what it made is known when the session starts
    threading.Timer(2.0, lambda: app.call_from_thread(begin)).start()
    app.run()


main()
