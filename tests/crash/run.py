"""End isotimer in the middle of everything, and see what is lost. ``run.py --rounds 200``."""

import argparse
import collections
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

import data_scenes
import looks
import training_scenes
from child import Child
from data_scenes import Care
from ends import ENDS, End
from grounds import Image, Small, mounts_work
from numbered import Sensors
from training_scenes import Before, Training, Verdict
from warm import Warm

Scene = Training | Care


@dataclass
class Round:
    """One run and its end."""

    number: int
    scene: Scene
    end: End
    seed: int


def rounds(count: int, scenes: list[Scene], ends: list[End], seed: int) -> list[Round]:
    """Return so many rounds in which every pair of scene and end that there is comes about as often."""
    pairs = [(s, e) for s in scenes for e in ends if _fits(s, e)]
    chance = random.Random(seed)
    chosen: list[tuple[Scene, End]] = []
    while len(chosen) < count:
        chance.shuffle(pairs)
        chosen += pairs
    return [Round(n, s, e, seed * 100_003 + n) for n, (s, e) in enumerate(chosen[:count])]


def _fits(scene: Scene, end: End) -> bool:
    return not (scene.data and end.screen)


def play(one: Round, folder: Path, sensors: Sensors, warm: Warm) -> Verdict:
    """Play one round."""
    chance = random.Random(one.seed)
    place = folder / f"{one.number:04d}"
    home = place / "home"
    home.mkdir(parents=True)
    with one.end.ground(place) as ground:
        database = ground.path / "sessions.db"
        words, sensor = one.scene.prepare(home, database, sensors)
        if one.end.name == "read-only":
            _exists(database)
            ground.lock()
        child = Child(warm, words, environment(home), place, screen=one.scene.screen or one.end.screen)
        try:
            # one that is refused at the start has no middle
            wrong = "" if one.end.name == "read-only" else one.scene.wait(child, database, sensor, chance)
            before = Before()
            if not one.scene.data and one.end.name != "read-only":
                before = Before(looks.finished_holds(database), looks.open_holds(database))
            struck = one.end.strike(child, ground, database, chance.random())
            late_s = sensor.late_s(time.monotonic()) if sensor is not None else 0.0
            before.late_s, before.said = late_s, child.holds_said(struck.at_s - 0.5 - 2 * late_s)
            verdict = one.scene.verdict(struck, before, home, sensor)
            if wrong:
                verdict.faults.append(wrong)
        finally:
            child.close()
            if sensor is not None:
                sensors.remove(sensor)
    if not verdict.faults:
        shutil.rmtree(place, ignore_errors=True)
    return verdict


def _exists(database: Path) -> None:
    from isotimer.store.database import open_store

    if not database.exists():
        open_store(database).close()
        data_scenes.settle(database)


def environment(home: Path) -> dict[str, str]:
    """Return an environment whose folders are the round's own."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("ISOTIMER", "XDG_"))}
    return env | {"HOME": str(home), "XDG_STATE_HOME": str(home / "state"), "TERM": "xterm-256color"}


def table(played: list[tuple[Round, Verdict]]) -> str:
    """Return what was tried and what was lost."""
    lines = [
        f"{'during':22} {'end':24} {'rounds':>6} {'running':>7} {'compared':>8} {'missing s':>9} {'lost':>5}"
    ]
    groups: dict[tuple[str, str], list[Verdict]] = collections.defaultdict(list)
    for one, verdict in played:
        groups[one.scene.name, one.end.name].append(verdict)
    for (scene, end), found in sorted(groups.items()):
        lines.append(_row(scene, end, found))
    lines.append(_row("all", "", [v for _, v in played]))
    return "\n".join(lines)


def _row(scene: str, end: str, found: list[Verdict]) -> str:
    running, checked = sum(v.running for v in found), sum(v.checked for v in found)
    missing, lost = max(v.missing_s for v in found), sum(bool(v.faults) for v in found)
    return f"{scene:22} {end:24} {len(found):6} {running:7} {checked:8} {missing:9.2f} {lost:5}"


def main() -> None:
    """Play the rounds and print the table; the exit code says whether anything was lost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--during", default="", help="only works whose name holds this")
    parser.add_argument("--end", default="", help="only ends whose name holds this")
    parser.add_argument("--quick", action="store_true", help="do not try each work undisturbed first")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="isotimer-crash-"))
    disks = mounts_work(folder)
    ends = [e for e in ENDS if given.end in e.name and (disks or e.ground not in (Image, Small))]
    every: list[Scene] = [*training_scenes.scenes(), *data_scenes.scenes()]
    scenes = [s for s in every if given.during in s.name]
    print(
        f"cores: {os.cpu_count()}, seed {given.seed}"
        + ("" if disks else "; no small disks can be mounted here")
    )
    chosen = rounds(given.rounds, scenes, ends, given.seed)
    warm = Warm(
        "isotimer.cli.run",
        "isotimer.cli.app",
        "isotimer.tui.app",
        "isotimer.tui.screens.hold",
        "scipy.signal",
    )
    for scene in {id(r.scene): r.scene for r in chosen}.values():
        if isinstance(scene, Care):
            scene.set_up(folder, environment(folder), warm, trial=not given.quick)
    played: list[tuple[Round, Verdict]] = []
    lock = threading.Lock()

    def work(one: Round) -> None:
        try:
            verdict = play(one, folder, sensors, warm)
        except Exception as e:
            verdict = Verdict([f"the harness failed: {type(e).__name__}: {e}"])
        with lock:
            played.append((one, verdict))
            for fault in verdict.faults:
                print(f"round {one.number}, {one.scene.name}, {one.end.name}: {fault}", flush=True)

    with Sensors() as sensors, ThreadPoolExecutor(given.jobs) as pool:
        list(pool.map(work, chosen))
    warm.close()
    print(table(played))
    lost = any(v.faults for _, v in played)
    if lost:
        print(f"what is left of the rounds lies in {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
