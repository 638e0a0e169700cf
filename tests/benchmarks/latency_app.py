"""The real app on its hold screen before a hold, for the latency benchmark: PORT DATABASE."""

import sys
from pathlib import Path

from isotimer.core.plan import Side, build_plan
from isotimer.session.places import Places
from isotimer.session.station import Station
from isotimer.tui.app import IsotimerApp


def main() -> None:
    """Open the app; the hold waits to be started."""
    port, database = sys.argv[1:]
    usual = Places.find(database)
    station = Station(Places(Path(database), usual.device_folders, usual.log_file), "Bench")
    station.connect(port, "chronojump-force-sensor")
    station.start(build_plan("standing-band-hip-flexion", [Side.LEFT], 60.0, countdown_s=5.0))
    IsotimerApp(station, start_screen="hold").run()


main()
