"""The two themes, and the colours of the states in both."""

from textual.theme import Theme

STATE_COLOURS: dict[str, str] = {
    "ready": "#1f5fbf",
    "countdown": "#f2a900",
    "armed": "#e0489b",
    "hold": "#12924a",
    "release": "#f4f4f4",
    "rest": "#2b6cb0",
    "paused": "#6b7280",
    "aborted": "#b42318",
    "done": "#0f766e",
}
"""Background of the banner in each state; the letters on it are black or white, whichever reads better."""

VARIABLES: dict[str, str] = {
    **{f"state-{name}": colour for name, colour in STATE_COLOURS.items()},
    "trace-line": "#5fd7ff",
    "trace-band": "#1e4d33",
    "in-band": "#3ddc84",
    "off-band": "#ffb454",
}
"""Colours that isotimer's style sheet needs beyond Textual's own; used with any other dark theme too."""

DARK = Theme(
    name="isotimer-dark",
    primary="#4f9cf9",
    secondary="#7aa2c8",
    accent="#f2a900",
    warning="#ffb454",
    error="#ff6b5e",
    success="#3ddc84",
    foreground="#f2f4f7",
    background="#0d1117",
    surface="#151b23",
    panel="#1f2732",
    dark=True,
    variables=dict(VARIABLES),
)

LIGHT = Theme(
    name="isotimer-light",
    primary="#1f5fbf",
    secondary="#3f5d7d",
    accent="#b45309",
    warning="#9a5b00",
    error="#b42318",
    success="#0b6b36",
    foreground="#101418",
    background="#ffffff",
    surface="#f1f4f8",
    panel="#dde4ec",
    dark=False,
    variables={
        **VARIABLES,
        "state-release": "#30363d",
        "trace-line": "#0b4f8a",
        "trace-band": "#bfe8cf",
        "in-band": "#0b6b36",
        "off-band": "#9a4a00",
    },
)
