"""What a choice of targets costs and saves, as sentences for those who decide; as in
`equity.sentences`."""

from collections.abc import Mapping, Sequence

from equity.levers.targets import FrontierPoint
from equity.sentences import Sentence

# In per cent: what is below is said as below it, but for what is off in binary only.
_LEAST_PERCENT, _NOTHING = 0.1, 1e-6

TARGETS_ENGLISH: Mapping[str, str] = {
    "targets": "All waiting together weighs {cost} % more than at the most efficient, and the "
    "difference between the areas is {saved} % smaller.",
    "targets-first": "All waiting together weighs the least that these hours allow.",
    "targets-step": "This step alone, in per cent of today’s: {cost} % more waiting, {saved} % "
    "less difference.",
    "targets-step-of-first": "This step alone, in per cent of choice 1: {cost} % more waiting, "
    "{saved} % less difference.",
    "targets-today": "Beside today: {waiting} % of the waiting, {difference} % of the difference.",
    "targets-cell": "{share} of 100 within {days} days on average",
    "targets-cell-hours": "{share} of 100 within {hours} hours on average",
    "targets-cell-never": "nothing is inspected",
    "targets-worse": "worse than today in {count} of {all} areas: {areas}",
    "spare": "Hours beyond these, split so that all areas wait equally long, make all together "
    "wait {price} % longer than split so that all together wait least (both splits: --json).",
}


def explain_targets(point: FrontierPoint) -> Sentence:
    """What a choice on the frontier costs and saves against the most efficient."""
    cost, saved = _percent(point.efficiency_ratio - 1), _percent(1 - point.equity_ratio)
    if cost == saved == "0":
        return Sentence("targets-first", {})
    return Sentence("targets", {"cost": cost, "saved": saved})


def explain_step(cost: float, saved: float, *, is_of_today: bool) -> Sentence:
    """What the step from the choice before costs and saves, in parts of today or of choice 1."""
    facts = {"cost": _percent(cost), "saved": _percent(saved)}
    return Sentence("targets-step" if is_of_today else "targets-step-of-first", facts)


def explain_against_today(efficiency_ratio: float, equity_ratio: float) -> Sentence:
    """A choice beside what is; the ratios are over today's losses."""
    facts = {"waiting": _percent(efficiency_ratio), "difference": _percent(equity_ratio)}
    return Sentence("targets-today", facts)


def explain_cell(inspected_share: float, days: float | None) -> Sentence:
    """A target of one area and category, or how it is served today."""
    share = round(100 * inspected_share)
    if days is None or share == 0:
        return Sentence("targets-cell-never", {})
    if days < 1:
        return Sentence("targets-cell-hours", {"share": share, "hours": round(24 * days, 1)})
    return Sentence("targets-cell", {"share": share, "days": round(days, 1)})


def explain_worse(areas: Sequence[str], count: int) -> Sentence:
    """Where a choice serves a category worse than today, of so many areas."""
    named = ", ".join(areas)
    return Sentence("targets-worse", {"count": len(areas), "all": count, "areas": named})


def explain_spare(price: float) -> Sentence:
    """What equal waiting costs where hours are added: all waiting over the least there could be."""
    return Sentence("spare", {"price": _percent(price - 1)})


def _percent(share: float) -> str:
    """One digit after the point; whole numbers without it, and what is little never as nothing."""
    percent = 100 * max(share, 0.0)
    if _NOTHING < percent < _LEAST_PERCENT:
        return f"under {_LEAST_PERCENT:g}"
    return f"{round(percent, 1):,.1f}".removesuffix(".0")
