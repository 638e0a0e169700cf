"""Every device file: its simulator on a pseudo-terminal, heard through the real reader."""

import threading

import numpy as np
import pytest

from isotimer.core.block import Block
from isotimer.core.profile import Profile
from isotimer.link.athlete import AthleteModel, share_out
from isotimer.link.catalog import catalog
from isotimer.link.encode import Encoder
from isotimer.link.endpoint import PtyEndpoint
from isotimer.link.shipped import shipped_folder
from isotimer.link.simulator import Simulator
from isotimer.session.acquisition import Acquisition, Connection

SHIPPED = {e.profile.id: e.profile for e in catalog([shipped_folder()]) if e.profile is not None}
SAMPLES = 3
LIMIT_S = 25.0


def hear(profile: Profile) -> Block:
    """Return the first samples of a simulated, steady pull of 200 N."""
    pull = AthleteModel(200.0, ramp_s=0.001, hold_s=600.0, lead_s=0.0, wobble_n=0.0, shake_n=0.0, noise_n=0.0)
    blocks: list[Block] = []
    enough = threading.Event()

    def take(block: Block) -> None:
        blocks.append(block)
        if sum(map(len, blocks)) > SAMPLES:
            enough.set()

    with Simulator(profile, pull, PtyEndpoint()) as simulator:
        acquisition = Acquisition(Connection.plain(simulator.address, profile), on_block=take)
        acquisition.start()
        try:
            assert enough.wait(LIMIT_S), acquisition.view().message
        finally:
            acquisition.stop()
    return Block.join(blocks)


@pytest.fixture(scope="module")
def heard() -> dict[str, Block]:
    """Hear all devices, some at a time: the slow ones take seconds for a sample."""
    blocks: dict[str, Block] = {}
    names = iter(SHIPPED)
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                name = next(names, None)
            if name is None:
                return
            blocks[name] = hear(SHIPPED[name])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return blocks


@pytest.mark.parametrize("name", SHIPPED)
def test_a_simulated_device_is_heard_as_it_pulls(name: str, heard: dict[str, Block]) -> None:
    encoder = Encoder(SHIPPED[name])
    right = encoder.base(share_out(np.array([200.0]), encoder.channels))
    last = heard[name].raw[-1]
    assert np.abs(last - right[0]).max() <= encoder.resolution.max()
    assert not heard[name].flags[-1]
    assert (np.diff(heard[name].time_s) > 0).all()
