"""Charts of the audit room as plain geometry: rows with whiskers, and a figure over the quarters.

Pixels are those of the charts' own boxes; a template draws them, every colour is the sheet's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.audits.findings.words import rounded
from backend.web.audit.interval_chart import Interval, Scale, scale_of

WIDTH = 340.0
_EDGE = 4.0
_ROW = 44.0
_TOP, _BOTTOM, _LEFT = 22.0, 138.0, 40.0
_LABEL_CHARACTERS, _ROW_CHARACTERS = 20, 46
_USUAL_WORDS = 60.0


@dataclass(frozen=True, slots=True)
class Told:
    """A figure to draw: its label, value with interval, and the words that stand beside it."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    words: str
    is_strong: bool = False

    @property
    def estimate(self) -> dict[str, float | None]:
        """As a scale reads it."""
        return {"value": self.value, "low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class RowMark:
    """One row: where its words and its line are."""

    label: str
    words: str
    place: Interval
    is_strong: bool
    y: float

    @property
    def short_label(self) -> str:
        """As much of the label as there is room for; the table has all of it."""
        most = max(_LABEL_CHARACTERS, _ROW_CHARACTERS - len(self.words))
        return self.label if len(self.label) <= most else f"{self.label[: most - 1]}…"


@dataclass(frozen=True, slots=True)
class RowsChart:
    """Rows one under the other on one scale; `usual` is where the figure stands for no difference,
    `is_bars` where figures are counted and start at zero."""

    title: str
    height: float
    rows: tuple[RowMark, ...]
    scale: Scale
    usual: float | None
    is_bars: bool

    @property
    def has_room_at_end(self) -> bool:
        """Whether the figure at the end lies beside the words of the usual one."""
        return self.usual is None or self.scale.right - self.usual > _USUAL_WORDS


@dataclass(frozen=True, slots=True)
class TrendMark:
    """One period: `y` is None where nothing is told."""

    x: float
    label: str
    words: str
    y: float | None
    low_y: float | None
    high_y: float | None


@dataclass(frozen=True, slots=True)
class TrendChart:
    """A figure over the periods, from zero; `top_words` is the figure at the upper line."""

    title: str
    marks: tuple[TrendMark, ...]
    top_words: str

    @property
    def lines(self) -> tuple[tuple[TrendMark, TrendMark], ...]:
        """Between neighbouring periods of which both are told."""
        pairs = zip(self.marks, self.marks[1:], strict=False)
        return tuple((a, b) for a, b in pairs if a.y is not None and b.y is not None)


def rows_chart(
    title: str, told: Sequence[Told], *, usual: float | None = None, is_bars: bool = False
) -> RowsChart | None:
    """None where not one of them has a figure."""
    if all(one.value is None for one in told):
        return None
    scale = scale_of((one.estimate for one in told), _EDGE, WIDTH - 8.0)
    if usual is not None and scale.last < usual:
        scale = Scale(scale.first, usual * 1.2, scale.left, scale.right)
    rows = tuple(
        RowMark(one.label, one.words, scale.place(one.estimate), one.is_strong, _ROW * place)
        for place, one in enumerate(told)
    )
    at_usual = None if usual is None else scale.at(usual)
    return RowsChart(title, _ROW * len(rows) + 18, rows, scale, at_usual, is_bars)


def trend_chart(title: str, told: Sequence[Told]) -> TrendChart | None:
    """None for fewer than two periods with a figure, and where all of them are nothing."""
    if sum(one.value is not None for one in told) < 2 or not any(one.value for one in told):
        return None
    scale = scale_of(one.estimate for one in told)
    step = (WIDTH - _LEFT) / len(told)

    def y(value: float | None) -> float | None:
        if value is None:
            return None
        inside = min(max(value, scale.first), scale.last)
        share = (inside - scale.first) / (scale.last - scale.first)
        return round(_BOTTOM - (_BOTTOM - _TOP) * share, 1)

    marks = tuple(
        TrendMark(
            round(_LEFT + step * (place + 0.5), 1),
            one.label,
            one.words,
            y(one.value),
            y(one.low),
            y(one.high),
        )
        for place, one in enumerate(told)
    )
    return TrendChart(title, marks, rounded(scale.last))
