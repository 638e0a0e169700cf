"""Coverage-guided fuzzing of what reads foreign bytes: ``make fuzz MINUTES=10``.

Each target has its share of the time, in a process of its own. What it finds stays in ``build/fuzz``: the
inputs it learnt from, and one input for each finding, with its traceback. Exit code 1 says that there is one.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
BUILD = HERE.parents[1] / "build" / "fuzz"
SHARES = {"decode": 5, "growth": 2, "pattern": 2, "device_file": 5, "trace": 4, "recording": 1}
MOST_BYTES = {
    "decode": 2000,
    "growth": 64,
    "pattern": 250,
    "device_file": 6000,
    "trace": 8000,
    "recording": 2000,
}


@dataclass(frozen=True)
class Result:
    """What one target did."""

    name: str
    seconds: int
    runs: str
    coverage: str
    inputs: str
    findings: list[Path]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--minutes", type=float, default=10.0)
    options.add_argument("--only", choices=SHARES, action="append", default=[])
    given = options.parse_args()
    try:
        import atheris  # noqa: F401 (only whether it is there)
    except ImportError:
        print("fuzzing needs atheris: pip install -c constraints.txt '.[fuzz]'", file=sys.stderr)
        return 2
    names = given.only or list(SHARES)
    total = sum(SHARES[name] for name in names)
    results = [fuzz(name, max(5, round(60 * given.minutes * SHARES[name] / total))) for name in names]
    print(f"{'target':12} {'seconds':>8} {'runs':>10} {'edges':>7} {'inputs':>7} findings")
    for r in results:
        print(f"{r.name:12} {r.seconds:8} {r.runs:>10} {r.coverage:>7} {r.inputs:>7} {len(r.findings)}")
    for path in (path for r in results for path in r.findings):
        text = path.with_suffix(".txt")
        last = text.read_text().strip().splitlines()[-1] if text.exists() else "see the log"
        print(f"{path}: {last}")
    return int(any(r.findings for r in results))


def fuzz(name: str, seconds: int) -> Result:
    """Fuzz one target for some seconds."""
    corpus, findings = BUILD / name, BUILD / "findings"
    for folder in (corpus, findings):
        folder.mkdir(parents=True, exist_ok=True)
    for old in findings.glob(f"{name}-*"):
        old.unlink()
    _write_seeds(name, corpus)
    log = BUILD / f"{name}.log"
    command = [
        sys.executable, HERE / "targets.py", name, findings,
        f"-max_total_time={seconds}", f"-max_len={MOST_BYTES[name]}", f"-dict={BUILD / 'words.dict'}",
        f"-artifact_prefix={findings}/{name}-stopped-", "-timeout=30", "-rss_limit_mb=3000",
        "-print_final_stats=1", corpus,
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as scratch, log.open("wb") as file:
        env = {**os.environ, "FUZZ_SCRATCH": scratch}
        done = subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, env=env, check=False)
    text = log.read_text("utf-8", "replace")
    found = sorted(path for path in findings.glob(f"{name}-*") if path.suffix != ".txt")
    if done.returncode and not found:
        found = [log]
    return Result(
        name,
        seconds,
        _last(r"stat::number_of_executed_units:\s*(\d+)", text) or _last(r"^#(\d+)\s", text) or "?",
        _last(r"cov: (\d+)", text) or "?",
        _last(r"corp: (\d+)", text) or "?",
        found,
    )


def _write_seeds(name: str, corpus: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import targets; from pathlib import Path\n"
        "for i, seed in enumerate(targets.seeds(sys.argv[2])):\n"
        "    Path(sys.argv[3], f'seed-{i:03}').write_bytes(seed)\n"
        "quoted = [f'\"{w}\"' for w in targets.words()]\n"
        "Path(sys.argv[3]).parent.joinpath('words.dict').write_text('\\n'.join(quoted) + '\\n')\n"
    )
    subprocess.run([sys.executable, "-c", code, HERE, name, corpus], check=True)


def _last(pattern: str, text: str) -> str:
    return (re.findall(pattern, text, re.MULTILINE) or [""])[-1]


if __name__ == "__main__":
    sys.exit(main())
