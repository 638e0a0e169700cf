"""Writes docs/devices.md from the device files: ``python docs/generate_devices.py``."""

import re
from collections.abc import Iterable
from pathlib import Path

from isotimer.core.profile import Profile, Step, parse_profile

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "devices"
TARGET = ROOT / "docs" / "devices.md"

HEAD = """\
# Devices

<!-- Written by docs/generate_devices.py from the files in devices/. Change those, then run it again. -->

Each sensor is one file in `devices/`: data, no code. `isotimer devices` lists them, `isotimer devices show
ID` shows one, and `isotimer simulate ID` plays it. [devices/README.md](../devices/README.md) tells how to
add your own.

Every file decodes its own example lines, in any pieces, after any noise, and the simulator speaks each.
That is what "tested" means here: **no file was tried on the device itself**. What a file rests on is said
with it, and so is what was not tried.
"""

NOT_SUPPORTED = (
    (
        "A&D 'jet stream' format",
        "its numbers come without point and unit, which only you can know. In a copy of `and-indicator` "
        "write a pattern for bare digits, and set `scale` (0.01, say) and `unit`",
    ),
    (
        "Andilog Centor",
        "columns are set on the gauge, and which is the force was not in the page that was read",
    ),
    (
        "Imada ZTS",
        "the unit is a digit that points into a list which the gauge tells when asked (`XFC`); no field of a "
        "file can look that up",
    ),
    ("KERN FKB, FKT and KCP balances", "the commands are known (`w`, `s`, `t`), the answers were not seen"),
    (
        "Loadstar high-speed `H` form, iLoad `O0T0`",
        "hexadecimal counts times a factor that must be asked; the form of the second was not seen",
    ),
    ("Half Decent Scale", "a coffee scale, far too weak for a hold; its commands are hexadecimal text"),
    ("OpenScale without timestamp", "which columns come depends on switches in its menu; switch it on there"),
    ("bogde/HX711 full example", "`hx711-line` reads it, but one value in 5 s is no measurement of a hold"),
    ("Two or three cells of `hx711-array4`", "copy the file and leave out the cells that you do not have"),
    ("Force-Plate-PRO, older firmware", "it sends `t` without its unit; take `[seq]` out of a copy"),
    (
        "Battery packets and inner frame of the Teensy plate",
        "the packets are passed over, not read; the frame of 10 samples of 24 bits does not leave the plate "
        "by wire",
    ),
    ("Changing the speed while connected", "Chronojump `set_bps`, OpenScale menu 5: set it before"),
    (
        "Parity and stop bits",
        "only speeds can be tried; for KERN EW at 9600 8O2, older Ohaus (7N2) and Sartorius (7O1) change "
        "`port.format` in a copy",
    ),
    (
        "PitchSix Force Board, Entralpi",
        "one sends values without a time behind a count, the other a bare value: no field says that",
    ),
    ("WH-C06", "it speaks in what it advertises and cannot be connected to"),
    ("Climbro", "its bytes mean something else after each marker byte"),
    (
        "Phidget, Futek, AMTI, Bertec, Kistler, PASCO, Vernier, Wii board",
        "they need their maker's own software, a converter card or an obsolete interface",
    ),
)
"""What is left out, and why."""


def render(profiles: Iterable[Profile], remarks: dict[str, str]) -> str:
    """Return the page.

    Args:
        profiles: The catalogue.
        remarks: The comment at the head of each device file, by id.
    """
    ordered = sorted(profiles, key=lambda p: p.id)
    rows = [
        "| id | device | line | mode | unit | time of a sample | rate |",
        "|---|---|---|---|---|---|---|",
    ]
    for p in ordered:
        cells = (f"[{p.id}](#{p.id})", _cell(p.name), _line(p), _mode(p), _unit(p), _time(p), _rate(p))
        rows.append(f"| {' | '.join(cells)} |")
    parts = [HEAD, "\n".join(rows) + "\n"]
    parts += [_section(p, remarks.get(p.id, "")) for p in ordered]
    parts.append(
        "## Not supported, and why\n\n" + "\n".join(f"- **{w}**: {y}." for w, y in NOT_SUPPORTED) + "\n"
    )
    return "\n".join(parts)


def remark_of(text: str) -> str:
    """Return the comment at the head of a device file as one paragraph."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").strip())
    return " ".join(lines)


def page(folder: Path = FOLDER) -> str:
    """Return the page for the files of a folder."""
    texts = [(path, path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))]
    profiles = [parse_profile(text, path.name) for path, text in texts]
    remarks = {p.id: remark_of(text) for p, (_, text) in zip(profiles, texts, strict=True)}
    return render(profiles, remarks)


def _section(p: Profile, remark: str) -> str:
    facts = [
        f"- **Line**: {_line(p, every=True)}",
        f"- **Channels**: {', '.join(c.name for c in p.channel)}, {_unit(p)}",
        f"- **Tare**: {_dialogue(p.cmd.tare)}. **Zero**: {_dialogue(p.cmd.zero)}. "
        f"**Calibrate**: {_dialogue(p.cmd.calibrate)}",
        *([f"- **Tells when asked**: {', '.join(info.name for info in p.info)}"] if p.info else []),
        f"- **Source**: {_cell(p.source)}",
        f"- **Tested**: {_tested(p)}",
    ]
    return f"## {p.id}\n\n{_cell(p.about)}\n\n" + "\n".join(facts) + f"\n\n{_cell(remark)}\n"


def _line(p: Profile, every: bool = False) -> str:
    if p.ble is not None:
        return "Bluetooth LE" + (f", named {p.ble.name}…, service {p.ble.service}" if every else "")
    more = [str(baud) for baud in p.port.baud_try if baud != p.port.baud]
    return f"{p.port.baud} {p.port.format}" + (f" (also: {', '.join(more)})" if every and more else "")


def _mode(p: Profile) -> str:
    if p.poll:
        return f"asked {p.poll.hz:g} times a second"
    return "streams when told" if p.cmd.start else "streams"


def _unit(p: Profile) -> str:
    words = {"raw": "counts", "?": "told now and then"}
    units = {words.get(c.unit, "in each line" if c.unit.startswith("@") else c.unit) for c in p.channel}
    cells = f", {len(p.channel)} cells" if len(p.channel) > 1 else ""
    return ", ".join(sorted(units)) + cells


def _time(p: Profile) -> str:
    if p.time:
        return f"device clock ({p.time.unit})"
    if p.poll or not p.rate.steady:
        return "arrival"
    return "arrival, by frame number" if p.seq else "arrival, by line fit"


def _rate(p: Profile) -> str:
    if p.poll:
        return "as asked"
    if not p.rate.nominal_hz:
        return "not known"
    return f"{p.rate.nominal_hz:g} Hz" + ("" if p.rate.steady else " or more")


def _dialogue(steps: list[Step]) -> str:
    return ", then ".join(f"`{_shown(step.send)}`" for step in steps) or "none"


def _shown(send: str) -> str:
    names = {"\r": "<CR>", "\n": "<LF>", "\x1b": "<ESC>"}
    return re.sub(r"[\r\n\x1b]", lambda m: names[m.group()], send)


def _tested(p: Profile) -> str:
    kinds = sorted({e.kind for e in p.example} - {"reading"})
    readings = sum(len(e.readings) for e in p.example)
    return f"{len(p.example)} examples: {readings} readings; {', '.join(kinds) or 'nothing else'}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    TARGET.write_text(page(), "utf-8")
