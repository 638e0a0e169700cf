"""A stored hold as it was when it was made: its step, and what is known about its sensor."""

from collections.abc import Sequence
from pathlib import Path

from isotimer.core.plan import HoldStep, Mode, Side, Start, TargetBand
from isotimer.core.profile import Profile
from isotimer.link.catalog import catalog
from isotimer.link.shipped import shipped_folder
from isotimer.session.finish import Circumstances
from isotimer.session.rig_hold import rig_of_layout
from isotimer.session.told import step_of_json
from isotimer.store.rows import Row


class Sensors:
    """Knows the sensors of stored holds by their device files.

    Args:
        device_folders: Where device files are; those that come with isotimer if not given.
    """

    def __init__(self, device_folders: Sequence[Path] = ()) -> None:
        self._folders = tuple(device_folders) or (shipped_folder(),)
        self._profiles: dict[str, Profile] | None = None

    def circumstances(self, row: Row) -> Circumstances:
        """Return what measures must know about the sensor of a hold (a row of v_holds)."""
        profile = self._profile(row["device_profile"])
        rig, body_mass_kg = rig_of_layout(row["rig"])
        if rig is not None:
            known = [p for d in rig.devices if (p := self._profile(d.profile)) is not None]
            return Circumstances(
                filter_delay_s=max((p.rate.delay_s for p in known), default=0.0) or None,
                plate=rig.stood_on,
                body_mass_kg=body_mass_kg,
                noise_floor_n=row["noise_floor_n"],
                resonance_hz=row["resonance_hz"],
                rig=rig,
            )
        return Circumstances(
            filter_delay_s=profile.rate.delay_s or None if profile else None,
            plate=len(row["channels"]) > 1,
            noise_floor_n=row["noise_floor_n"],
            resonance_hz=row["resonance_hz"],
        )

    def _profile(self, profile_id: str | None) -> Profile | None:
        if profile_id is None:
            return None
        if self._profiles is None:
            found = [entry.profile for entry in catalog(self._folders)]
            self._profiles = {p.id: p for p in found if p is not None}
        return self._profiles.get(profile_id)


def step_of(row: Row) -> HoldStep:
    """Return the step that a stored hold was; of one stored by an older isotimer what its columns say."""
    kept = step_of_json(row["step"])
    if kept is not None:
        return kept
    target = None
    if row["target_n"] is not None:
        target = TargetBand(row["target_n"], row["target_low_n"], row["target_high_n"])
    return HoldStep(
        position=row["position"],
        side=Side(row["side"]),
        seconds=row["planned_s"],
        mode=Mode(row["mode"]),
        start=Start(row["start_mode"]),
        target=target,
        set_no=row["set_no"],
        rep_no=row["rep_no"],
    )
