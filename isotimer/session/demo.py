"""A simulated athlete on a simulated sensor, for the demo: played on a port that is opened as any other."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from isotimer.link.athlete import AthleteModel
from isotimer.link.catalog import find_profile
from isotimer.link.endpoint import Endpoint, PtyEndpoint, TcpEndpoint
from isotimer.link.simulator import Simulator

HOLD_S = 15.0
REST_S = 6.0
SHAKE_DOUBLES_AT_S = 9.0


@contextmanager
def simulated_sensor(device: str, folders: Sequence[Path], tension_n: float) -> Iterator[str]:
    """Play a device while the context lasts; gives the port to open.

    Raises:
        WrongUseError: If there is no such device file, or the tension is none.
        DataError: If the device file is not valid.
    """
    profile = find_profile(device, folders)
    athlete = AthleteModel(
        tension_n=tension_n, hold_s=HOLD_S, rest_s=REST_S, shake_doubles_at_s=SHAKE_DOUBLES_AT_S
    )
    endpoint: Endpoint = TcpEndpoint("127.0.0.1", 0) if sys.platform == "win32" else PtyEndpoint()
    with Simulator(profile, athlete, endpoint) as simulator:
        yield simulator.address
