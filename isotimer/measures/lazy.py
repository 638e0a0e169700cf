"""scipy, loaded when it is first needed: importing it takes longer than the first screen may."""

from types import ModuleType


def signal() -> ModuleType:
    """Return ``scipy.signal``."""
    import scipy.signal

    module: ModuleType = scipy.signal
    return module


def interpolate() -> ModuleType:
    """Return ``scipy.interpolate``."""
    import scipy.interpolate

    module: ModuleType = scipy.interpolate
    return module


def preload() -> None:
    """Load what the measures need, so that the end of the first hold does not wait for it.

    May be called from any thread, any number of times.
    """
    signal()
    interpolate()
