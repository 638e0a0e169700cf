"""What is fuzzed: each target takes any bytes and must do so quietly and quickly.

Run by ``run.py``, one target a process: ``python targets.py NAME FINDINGS [libFuzzer's options] [corpus]``.
A finding is written to the folder FINDINGS, once for each place in the code, and fuzzing goes on.
"""

import contextlib
import hashlib
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["isotimer"]):
    import numpy as np

    from isotimer.core.decode import Decoder
    from isotimer.core.errors import IsotimerError
    from isotimer.core.examples import example_faults
    from isotimer.core.identify import guess
    from isotimer.core.patterns import pattern_fault
    from isotimer.core.profile import Profile, parse_profile
    from isotimer.link.dialogue import Dialogue
    from isotimer.link.encode import Encoder
    from isotimer.link.recording import read_recording

import re

DEVICES = Path(__file__).parents[2] / "devices"
TEXTS = [path.read_text("utf-8") for path in sorted(DEVICES.glob("*.toml"))]
PROFILES = [parse_profile(text, "seed") for text in TEXTS]
SCRATCH = Path(os.environ.get("FUZZ_SCRATCH", "/tmp")) / f"input-{os.getpid()}"

SIZE = 1 << 14
"""Bytes fed once and twice, to see how time grows."""
GROWTH = 3.0
"""Twice the bytes may take this many times as long."""
NOTICED_S = 0.01
"""Shorter times say nothing about growth."""
LINE_S = 0.1
"""Longest processor time for one line of 200 bytes."""
READ_S = 2.0
"""Longest processor time for a small file."""


SLOW = (
    ".*.*.*x", "(.*),(.*),(.*)", "a?a?a?a?aaaa", "(?i)[a-z]*A*A*1", "(?:a{0,4}){0,4}b", "(?=.*a)b*",
    r"(\w*)\W*(\w*)\1", "(a|b|ab)*c", "[^,]*[^;]*x", "(?:a?b?){4}c", "(?>a*)*b", "(a)?(?(1)b*|.*)b*c",
)  # fmt: skip
"""Patterns to begin with, of which many are slow."""


class FindingError(Exception):
    """Something that must not be."""


def decode(data: bytes) -> None:
    """Any bytes, in any pieces: nothing raised, and the same readings as at once."""
    if len(data) < 3:
        return
    profile, cut, payload = PROFILES[data[0] % len(PROFILES)], 1 + data[1], data[2:]
    whole, pieces = Decoder(profile), Decoder(profile)
    whole.reset(joined=bool(cut & 1))
    pieces.reset(joined=bool(cut & 1))
    right = whole.feed(payload, 0)
    parts = [pieces.feed(payload[i : i + cut], 0) for i in range(0, len(payload), cut)]
    raw = np.concatenate([p.readings.raw for p in parts])
    if not np.array_equal(raw, right.readings.raw, equal_nan=True):
        raise FindingError(f"{profile.id}: pieces of {cut} bytes give other readings")
    if +whole.counts != +pieces.counts:
        raise FindingError(f"{profile.id}: pieces of {cut} bytes give another tally")
    if np.isinf(right.readings.raw).any():
        raise FindingError(f"{profile.id}: an infinite value")
    void = np.isnan(right.readings.raw).any(axis=1)
    if (void & (right.readings.flags & 1 == 0)).any():
        raise FindingError(f"{profile.id}: no value, but not void")
    if data[1] % 16 == 0:
        guess(payload, PROFILES)


def growth(data: bytes) -> None:
    """Twice as many bytes take about twice as long, whatever they are."""
    if len(data) < 3:
        return
    profile, chunk, unit = PROFILES[data[0] % len(PROFILES)], 16 << (data[1] % 12), data[2:]
    stream = unit * (2 * SIZE // len(unit) + 1)
    once = _feed_s(profile, stream[:SIZE], chunk)
    if once < NOTICED_S / 2:
        return
    ratios = []
    for _ in range(3):
        once, twice = _feed_s(profile, stream[:SIZE], chunk), _feed_s(profile, stream[: 2 * SIZE], chunk)
        if twice < NOTICED_S:
            return
        ratios.append(twice / once)
    if min(ratios) > GROWTH:
        raise FindingError(f"{profile.id}: twice the bytes take {min(ratios):.1f} times as long")
    if once / SIZE > LINE_S / 200:
        raise FindingError(f"{profile.id}: {once / SIZE * 1e6:.0f} us a byte")


def _feed_s(profile: Profile, stream: bytes, chunk: int) -> float:
    decoder = Decoder(profile)
    start = time.thread_time()
    for i in range(0, len(stream), chunk):
        decoder.feed(stream[i : i + chunk], 0)
    return time.thread_time() - start


def pattern(data: bytes) -> None:
    """A pattern that is let through is quick on every line."""
    text = data.decode("latin-1")
    source, _, rest = text.partition("\0")
    if not source or len(source) > 200:
        return
    if pattern_fault(source):
        return
    compiled = re.compile(source)
    units = {rest, *rest, *source, source, "1", "a", " "} - {""}
    for unit in sorted(units)[:24]:
        for line in ((unit * 200)[:200], (unit * 200)[:199] + "\x01"):
            start = time.thread_time()
            compiled.fullmatch(line)
            compiled.search(line)
            if time.thread_time() - start > LINE_S:
                raise FindingError(f"slow pattern: {source!r} on {line[:20]!r}")


def device_file(data: bytes) -> None:
    """Any text: refused in words, or a profile that decodes, guesses and simulates."""
    text = _edited(data) if data[:1] == b"\0" else data.decode("utf-8", "replace")
    try:
        profile = parse_profile(text, "fuzz.toml")
    except IsotimerError:
        return
    start = time.thread_time()
    example_faults(profile)
    decoder = Decoder(profile)
    decoder.feed(data[:200] + b"\n1 1 1 1,1,1;1\r\n" + b"1" * 199 + b"\n" + b" " * 200 + b"\n", 0)
    with contextlib.suppress(IsotimerError):
        encoder = Encoder(profile)
        encoder.frames(np.zeros((2, encoder.channels)), np.arange(2), np.arange(2))
    Dialogue(profile).feed(data[:50] + b"\r\n")
    if time.thread_time() - start > READ_S:
        raise FindingError("an accepted device file is slow")


def _edited(data: bytes) -> str:
    """Return a shipped file in which one value, as the data say, is another."""
    if len(data) < 5:
        return ""
    lines = TEXTS[data[1] % len(TEXTS)].split("\n")
    number = (data[2] << 8 | data[3]) % len(lines)
    key, equals, _ = lines[number].partition(" = ")
    new = data[4:].decode("utf-8", "replace")
    lines[number] = f"{key}{equals}{new}" if equals else new
    return "\n".join(lines)


def trace(data: bytes) -> None:
    """A file for analysis: refused in words, or measured."""
    with atheris.instrument_imports(include=["isotimer"]):
        from isotimer.session.analysis import analyse_file
    SCRATCH.write_bytes(data)
    start = time.thread_time()
    with contextlib.suppress(IsotimerError):
        analyse_file(SCRATCH)
    if time.thread_time() - start > READ_S:
        raise FindingError(f"{len(data)} bytes take {time.thread_time() - start:.1f} s")


def recording(data: bytes) -> None:
    """A recording of a line: refused in words, or read."""
    SCRATCH.write_bytes(data)
    with contextlib.suppress(IsotimerError):
        read_recording(SCRATCH)


TARGETS = {f.__name__: f for f in (decode, growth, pattern, device_file, trace, recording)}


def seeds(name: str) -> list[bytes]:
    """Return inputs to begin with."""
    if name in ("decode", "growth"):
        return [
            bytes([i, 6]) + part
            for i, profile in enumerate(PROFILES)
            for part in [*(e.data for e in profile.example), b"".join(e.data for e in profile.example)]
        ]
    if name == "pattern":
        frames = [profile.frame for profile in PROFILES]
        patterns = [p for f in frames for p in (f.pattern, *f.noise, *f.error) if p]
        return sorted({p.encode() + b"\0001" for p in (*patterns, *SLOW)})
    if name == "device_file":
        edits = [b"\0" + bytes([i, 0, line]) + b"1" for i in range(len(TEXTS)) for line in range(0, 60, 7)]
        return [text.encode() for text in TEXTS] + edits
    if name == "trace":
        wave = [(i * 0.0125, 100 + 50 * np.sin(i * 0.3)) for i in range(200)]
        isotimer = "time_s,force_n,raw_force,flags\n" + "".join(f"{t},{f:.3f},{f:.3f},0\n" for t, f in wave)
        chronojump = "".join(f"{t * 1e6:.0f};{f:.2f}\n".replace(".", ",") for t, f in wave)
        tindeq = "date,2026-29-07\nunit,SI\n\ntime,weight\n" + "".join(f"{t},{f:.2f}\n" for t, f in wave)
        table = "t\tFz1\tFz2\n" + "".join(f"{t}\t{f:.2f}\t{f / 2:.2f}\n" for t, f in wave)
        return [text.encode() for text in (isotimer, chronojump, tindeq, table, "")]
    head = b'{"isotimer_recording": 1, "device": "hx711-line", "port": "x"}\n'
    return [head + b"0 38303030\n1000 0d0a\n", head, b""]


def words() -> list[str]:
    """Return words that libFuzzer would hardly find by itself."""
    keys = {line.partition("=")[0].strip() for text in TEXTS for line in text.split("\n") if "=" in line}
    tables = {line.strip() for text in TEXTS for line in text.split("\n") if line.startswith("[")}
    plain = [
        "nan",
        "inf",
        "-1",
        "1e999",
        "''",
        '""',
        "[]",
        "{}",
        "true",
        "time_s",
        "force_n",
        "1_0",
        "(?P<f>",
    ]
    return sorted(k for k in {*keys, *tables, *plain} if k and '"' not in k and "\\" not in k)


def main() -> None:
    name, findings, *options = sys.argv[1:]
    target, folder = TARGETS[name], Path(findings)
    # what a target imports when it is first called is loaded before the time counts
    target(b"")

    def one(data: bytes) -> None:
        try:
            target(data)
        except Exception as e:
            _note(folder, name, data, e)

    atheris.Setup([sys.argv[0], *options], one)
    atheris.Fuzz()


def _note(folder: Path, name: str, data: bytes, error: Exception) -> None:
    """Keep a finding: the shortest input for each place in the code."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "isotimer" in f.filename]
    where = f"{frames[-1].filename}:{frames[-1].name}:{frames[-1].lineno}" if frames else "?"
    words = str(error).partition(":")[0] if isinstance(error, FindingError) else ""
    key = hashlib.sha256(f"{type(error).__name__}{where}{words}".encode()).hexdigest()[:8]
    path = folder / f"{name}-{key}"
    if not path.exists() or path.stat().st_size > len(data):
        path.write_bytes(data)
        path.with_suffix(".txt").write_text("".join(traceback.format_exception(error)))


Target = Callable[[bytes], None]

if __name__ == "__main__":
    main()
