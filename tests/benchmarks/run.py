"""Run all benchmarks and print a table of ratios, each against a plain yardstick in the same run."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import bench_app
import bench_latency
import bench_line
import bench_measures
import bench_scale
from terminal import keep_priority

BENCHES = (
    bench_line.throughput,
    bench_app.start,
    bench_app.hold_screen,
    bench_app.two_plates,
    bench_measures.measures_cost,
    bench_measures.live_cost,
    bench_latency.to_screen,
    bench_latency.cues,
    bench_scale.trace_size,
    bench_scale.raw_export,
    bench_scale.analysis,
    bench_scale.club,
)


def main() -> None:
    """Run the benchmarks whose names are given, or all."""
    wanted = sys.argv[1:]
    keep_priority()
    print(f"cores: {os.cpu_count()}, Python {sys.version.split()[0]}")
    print(f"{'benchmark':42} {'isotimer':>16} {'yardstick':>16} {'ratio':>9}  target")
    for bench in BENCHES:
        if wanted and bench.__name__ not in wanted:
            continue
        for name, ours, plain, ratio, target in bench():
            print(f"{name:42} {ours:>16} {plain:>16} {ratio:>9}  {target}", flush=True)


if __name__ == "__main__":
    main()
