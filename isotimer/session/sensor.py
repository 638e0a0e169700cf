"""What the recorder must know about the sensor that a session uses."""

from collections.abc import Callable
from dataclasses import dataclass

from isotimer.core.calibration import Calibration
from isotimer.core.profile import Profile
from isotimer.core.units import NEWTONS
from isotimer.link.ports import PortInfo
from isotimer.session.equipment import device_key
from isotimer.session.finish import Circumstances
from isotimer.store.database import Store
from isotimer.store.rows import RigCheck


@dataclass(frozen=True, slots=True)
class SensorFacts:
    """A sensor in use."""

    profile: Profile
    port: str
    calibration: Callable[[], Calibration]
    """Gives the calibration and tare of the moment."""
    about: PortInfo | None = None
    """What the system knows about its port."""

    def device_id(self, store: Store) -> str:
        """Return the key of this device in the store; it is made on first use."""
        return device_key(store, self.port, self.profile, self.about)

    @property
    def channel_names(self) -> tuple[str, ...]:
        """Names of the channels, in the order of a block."""
        return tuple(c.name for c in self.profile.channel)

    def device_ids(self, store: Store) -> tuple[str, ...]:
        """Return the keys of the devices of a rig, one for each channel; empty without a rig."""
        return ()

    def layout(self, body_mass_kg: float | None) -> str:
        """Return the rig as a hold keeps it, as JSON; an empty object without a rig."""
        return "{}"

    def circumstances(self, body_mass_kg: float | None, check: RigCheck) -> Circumstances:
        """Return what measures must know about this sensor, ``check`` being what was measured of it."""
        calibrated = self.calibration().unit == NEWTONS
        return Circumstances(
            filter_delay_s=self.profile.rate.delay_s or None,
            plate=len(self.profile.channel) > 1,
            body_mass_kg=body_mass_kg,
            noise_floor_n=check.noise_floor_n if calibrated else None,
            resonance_hz=check.resonance_hz,
        )
