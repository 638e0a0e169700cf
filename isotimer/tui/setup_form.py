"""The fields that describe the equipment of a position."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label

from isotimer.core.positions import Cuff, Position, Use
from isotimer.core.setup import EFFORT_OF, MAX_WORDS, Height, Setup, setup_of_words
from isotimer.tui.glyphs import Glyphs
from isotimer.tui.widgets.choice import Choice

USE_WORDS: dict[Use, str] = {
    Use.BODY: "body weight",
    Use.BAND: "band",
    Use.STRAP: "strap, bar",
    Use.PLATE: "force plate",
}
_EFFORTS = (("hold", "hold: it would move you"), ("push", "push: it cannot move"))
_CUFFS = (
    (Cuff.NONE, "not stated"),
    (Cuff.ANKLE, "ankle"),
    (Cuff.KNEE, "just above the knee"),
    (Cuff.HIP, "hip belt"),
)
_HEIGHTS = tuple((h.value, h.value or "not stated") for h in Height)
_STRAPPED = (Use.BAND, Use.STRAP)


class SetupForm(Vertical):
    """Equipment, kind of effort, cuff, anchor, and the numbers of a band.

    Args:
        glyphs: The signs to draw with.
    """

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="setup-form")
        self._glyphs = glyphs
        self._usual = Cuff.NONE

    def compose(self) -> ComposeResult:
        """Return one row per field; those that the equipment has no use for are hidden."""
        yield from self._row("use", "Equipment", tuple((u.value, USE_WORDS[u]) for u in Use))
        yield from self._row("effort", "Effort", _EFFORTS)
        yield from self._row("cuff", "Cuff", tuple((c.value, words) for c, words in _CUFFS))
        yield from self._row("anchor", "Anchor at", _HEIGHTS)
        yield from self._field("model", "Which one", "red, hole 4 ...", MAX_WORDS)
        yield from self._field("count", "How many", "1", 3)
        yield from self._field("distance", "Length, cm", "to the anchor, slack", 8)

    def _row(self, name: str, label: str, values: tuple[tuple[str, str], ...]) -> ComposeResult:
        with Horizontal(classes="fields", id=f"row-{name}"):
            yield Label(label)
            yield Choice(values, glyphs=self._glyphs, dom_id=name)

    def _field(self, name: str, label: str, hint: str, longest: int) -> ComposeResult:
        with Horizontal(classes="fields", id=f"row-{name}"):
            yield Label(label)
            yield Input(id=name, compact=True, placeholder=hint, max_length=longest)

    def offer(self, position: Position) -> None:
        """Offer the equipment of a position first, the rest after it."""
        self._usual = position.cuffs[0] if position.cuffs else Cuff.NONE
        order = (*position.uses, *(u for u in Use if u not in position.uses))
        self.query_one("#use", Choice).offer(tuple((u.value, USE_WORDS[u]) for u in order))

    def fill(self, setup: Setup) -> None:
        """Show a setup."""
        for name in ("use", "effort", "cuff", "anchor"):
            self.query_one(f"#{name}", Choice).choose(getattr(setup, name).value)
        self.query_one("#model", Input).value = setup.model
        self.query_one("#count", Input).value = str(setup.count)
        distance = setup.distance_cm
        self.query_one("#distance", Input).value = "" if distance is None else f"{distance:g}"
        self.fit()

    def use_changed(self) -> None:
        """Take the usual kind of effort, and the usual cuff, of the equipment that was just chosen."""
        use = Use(self.query_one("#use", Choice).value)
        cuff = self.query_one("#cuff", Choice)
        if use in _STRAPPED and not cuff.value:
            cuff.choose(self._usual.value)
        self.query_one("#effort", Choice).choose(EFFORT_OF[use].value)
        self.fit()

    def fit(self) -> None:
        """Hide the fields that the chosen equipment has no use for."""
        use = Use(self.query_one("#use", Choice).value)
        wanted = {
            "cuff": use in _STRAPPED,
            "anchor": use in _STRAPPED,
            "model": use is not Use.BODY,
            "count": use is Use.BAND,
            "distance": use in _STRAPPED,
        }
        for name, shown in wanted.items():
            self.query_one(f"#row-{name}").display = shown

    def setup(self) -> Setup:
        """Return the setup that the fields mean.

        Raises:
            WrongUseError: If a field makes no sense; it is named.
        """
        choices = (self.query_one(f"#{name}", Choice).value for name in ("use", "effort", "cuff", "anchor"))
        use, effort, cuff, anchor = choices
        words = (self.query_one(f"#{name}", Input).value for name in ("model", "count", "distance"))
        model, count, distance = words
        return setup_of_words(use, effort, cuff, anchor, model, count, distance)
