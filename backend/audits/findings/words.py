"""The lines of a finding in words: figures rounded so that an interval never looks narrower."""

from collections.abc import Mapping
from math import ceil, floor
from typing import Any

from equity.measures.disparity_words import ENGLISH, METRICS, REOPENED, WITHOUT_ACTION
from equity.sentences import digits_of

_OF_MONEY = ("spending-per-head", "spending-per-head.counted")


def sentence_of(line: Mapping[str, Any], currency: str) -> str:
    """What a line of a finding (or its structure) says."""
    key, facts = line["sentence"]["key"], line["sentence"]["facts"]
    spoken = {name: spoken_fact(name, value) for name, value in facts.items()}
    if key in _OF_MONEY:
        for name in ("value", "low", "high"):
            if name in spoken:
                spoken[name] = f"{spoken[name]} {currency}"
    return ENGLISH[key].format(**spoken)


def rests_on_unit(line: Mapping[str, Any]) -> str:
    """What the `rows` of a line of a finding count: "closed problems".

    Findings made before it was kept with each line counted all problems behind shares of closed
    ones.
    """
    if "rests_on" in line:
        return str(line["rests_on"])
    metric = METRICS[line["metric"]]
    return "problems" if metric in (WITHOUT_ACTION, REOPENED) else metric.rests_on


def is_likely(line: Mapping[str, Any]) -> bool:
    """Whether the figure of a line is what is likely of its group by itself.

    The reporting rates of earlier findings were drawn apart from each other, so they may lie on the
    very end of their intervals (`equity.rates.reporting_rate.likely_rate`).
    """
    return line["metric"] != "reporting-rate" or "rests_on" in line


def spoken_fact(name: str, value: Any) -> str:
    """A fact as it is said: `low` is rounded down, `high` up."""
    if not isinstance(value, int | float):
        return str(value)
    return rounded(value, {"low": floor, "high": ceil}.get(name, round))


def rounded(value: float, towards: Any = round) -> str:
    """Three figures at most, as many as anybody remembers."""
    size = abs(value)
    places = 0 if size >= 100 else 1 if size >= 10 else digits_of(value, 2)
    steps = 10**places
    # What is a whole step but for its last binary digit stays on it.
    near = round(value * steps, 6)
    text = f"{towards(near) / steps:,.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
