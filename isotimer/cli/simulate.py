"""The verb ``simulate``: a device file played on a pseudo-terminal or TCP port."""

import signal
from pathlib import Path

import click

from isotimer.core.errors import WrongUseError
from isotimer.core.profile import Profile
from isotimer.link.athlete import AthleteModel, ForceSource
from isotimer.link.catalog import find_profile
from isotimer.link.endpoint import Endpoint, PtyEndpoint, TcpEndpoint
from isotimer.link.faults import FAULTS, parse_faults
from isotimer.link.recording import Player, is_recording, read_recording
from isotimer.link.replay import read_replay
from isotimer.link.simulator import Simulator
from isotimer.link.stance import parse_stance
from isotimer.session.places import Places

_DEFAULT = AthleteModel()


class Oscillation(click.ParamType[tuple[float, float]]):
    """A swing as ``HZ:N``, frequency and amplitude."""

    name = "hz:n"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, float]:
        """Return (frequency in Hz, amplitude in N).

        Raises:
            WrongUseError: If it is not two numbers.
        """
        frequency, _, amplitude = str(value).partition(":")
        try:
            return float(frequency), float(amplitude)
        except ValueError:
            option = param.opts[0] if param else "the option"
            raise WrongUseError(
                f"'{value}' is no value for {option}", "", f"give Hz and N, like {option} 9.5:2"
            ) from None


def _list_faults(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        for fault in FAULTS:
            click.echo(f"{fault.name:20}{fault.meaning}")
        context.exit()


@click.command()
@click.argument("profile")
@click.option("--tension", type=float, default=_DEFAULT.tension_n, metavar="N", show_default=True)
@click.option("--shake", type=Oscillation(), metavar="HZ:N", help="Shake, amplitude.  [default: 9.5:0.4 %]")
@click.option("--shake-doubles-at", type=float, metavar="S", help="Time into a hold when shake has doubled.")
@click.option("--wobble", type=Oscillation(), metavar="HZ:N", help="Slow sway, amplitude.  [default: 1:1 %]")
@click.option("--drift", type=float, default=0.0, metavar="N_PER_S", help="Rise of tension during a hold.")
@click.option(
    "--hold",
    "hold_s",
    type=float,
    default=_DEFAULT.hold_s,
    metavar="S",
    show_default=True,
    help="Length of a hold, from half tension to half tension.",
)
@click.option("--rest", type=float, default=_DEFAULT.rest_s, metavar="S", show_default=True)
@click.option("--lead", type=float, metavar="S", help="First rest, if it differs from the others.")
@click.option("--ramp", type=float, default=_DEFAULT.ramp_s, metavar="S", show_default=True)
@click.option("--release", type=float, default=_DEFAULT.release_s, metavar="S", show_default=True)
@click.option("--cycles", type=click.IntRange(0), metavar="N", help="Rest for good after this many holds.")
@click.option(
    "--noise",
    type=float,
    default=_DEFAULT.noise_n,
    metavar="N",
    show_default=True,
    help="Standard deviation of the sensor's noise.",
)
@click.option(
    "--stance",
    metavar="NAME=VALUE,…",
    help="Somebody stands on it: weight=N,share=RIGHT_PCT,sway=X:Y,hz=HZ,side=left|right,half=X:Y,at=HOST_S.",
)
@click.option("--rate", type=float, metavar="HZ", help="True rate.  [default: the device's own]")
@click.option("--seed", type=int, default=0, metavar="K", show_default=True)
@click.option(
    "--replay",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Play a CSV with the columns time_s and force_n or a recording of 'monitor', not the athlete.",
)
@click.option("--faults", default="", metavar="NAME[@S],…", help="Trouble to make; see --list-faults.")
@click.option(
    "--list-faults",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_faults,
    help="Say what each fault is, and end.",
)
@click.option(
    "--truth", type=click.Path(path_type=Path), metavar="FILE", help="Write what was really played, as JSON."
)
@click.option("--tcp", metavar="HOST:PORT", help="Play on a TCP port (0: any free one).")
@click.option(
    "--port-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the path or URL to open, when ready.",
)
def simulate(
    profile: str,
    shake: tuple[float, float] | None,
    wobble: tuple[float, float] | None,
    stance: str | None,
    faults: str,
    rate: float | None,
    replay: Path | None,
    truth: Path | None,
    tcp: str | None,
    port_file: Path | None,
    seed: int,
    **athlete: float | None,
) -> None:
    """Play the device PROFILE, and an athlete who pulls on it, until stopped.

    The athlete rests, pulls up, holds, lets go, and begins again. The athlete's clock and the
    device's start together: with the start command, or, for a device that has none, when its port
    is opened; so every start finds the athlete in the first rest.
    """
    device = find_profile(profile, Places.find().device_folders)
    if replay is not None and is_recording(replay):
        if faults or rate is not None or truth is not None:
            why = "its bytes are played as they are"
            raise WrongUseError("a recording takes no --faults, --rate or --truth", why, "leave them out")
        _play_recording(device, replay, tcp, port_file)
        return
    plan = parse_faults(faults, device)
    source: ForceSource = read_replay(replay) if replay else _athlete(shake, wobble, seed, athlete)
    if stance is not None:
        source = parse_stance(stance, _athlete(shake, wobble or (1.0, 0.0), seed, athlete))
    endpoint = _endpoint(tcp)
    try:
        simulator = Simulator(
            device,
            source,
            endpoint,
            rate_hz=rate,
            faults=plan,
            seed=seed,
            truth_file=truth,
            port_file=port_file,
        )
    except BaseException:
        endpoint.hang_up()
        raise
    _run_until_stopped(device, simulator)


def _play_recording(device: Profile, path: Path, tcp: str | None, port_file: Path | None) -> None:
    recording = read_recording(path)
    if recording.device != device.id:
        what = f"{path} was recorded from {recording.device}"
        raise WrongUseError(
            what, f"not from {device.id}", f"play it with 'isotimer simulate {recording.device}'"
        )
    endpoint = _endpoint(tcp)
    try:
        player = Player(recording, endpoint, port_file)
    except BaseException:
        endpoint.hang_up()
        raise
    _run_until_stopped(device, player)


def _run_until_stopped(device: Profile, player: Simulator | Player) -> None:
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: player.stop())
    click.echo(_greeting(device, player.address), err=True)
    player.run()


def _athlete(
    shake: tuple[float, float] | None,
    wobble: tuple[float, float] | None,
    seed: int,
    options: dict[str, float | None],
) -> AthleteModel:
    """Return the athlete that the options describe."""
    swings: dict[str, float] = {}
    if shake is not None:
        swings |= {"shake_hz": shake[0], "shake_n": shake[1]}
    if wobble is not None:
        swings |= {"wobble_hz": wobble[0], "wobble_n": wobble[1]}
    cycles = options["cycles"]
    return AthleteModel(
        tension_n=options["tension"] or 0.0,
        ramp_s=options["ramp"] or 0.0,
        hold_s=options["hold_s"] or 0.0,
        release_s=options["release"] or 0.0,
        rest_s=options["rest"] or 0.0,
        lead_s=options["lead"],
        drift_n_s=options["drift"] or 0.0,
        shake_doubles_at_s=options["shake_doubles_at"],
        noise_n=options["noise"] or 0.0,
        seed=seed,
        cycles=None if cycles is None else int(cycles),
        **swings,
    )


def _endpoint(tcp: str | None) -> Endpoint:
    if tcp is None:
        return PtyEndpoint()
    host, _, port = tcp.rpartition(":")
    if not port.isascii() or not port.isdecimal() or int(port) > 65535:
        raise WrongUseError(f"'{tcp}' is no address to listen on", "", "give one like --tcp 127.0.0.1:0")
    return TcpEndpoint(host or "127.0.0.1", int(port))


def _greeting(device: Profile, address: str) -> str:
    return f"{device.name} plays on {address}; use --port {address} --device {device.id}; Ctrl-C ends it."
