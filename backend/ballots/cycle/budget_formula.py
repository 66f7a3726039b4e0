"""What a city states about how its money is shared: by which measures, with which weights.

`citywide_percent` or `citywide_budget` (units) where there is a citywide part; `population_weight`,
`need_weight`, `equity_weight` in percent, together 100; `floor_percent`. A measure that counts has
its name: `need_measure` with `need_unit` (`share` of residents, or `people`), and `equity_measure`.
Nothing has a default. Pure.
"""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from backend.ballots.cycle.district_budgets import Weights
from backend.core.errors import Invalid

FormulaTerms: TypeAlias = Mapping[str, Any]

WEIGHTS = ("population_weight", "need_weight", "equity_weight")
NEED_UNITS = ("share", "people")
_PERCENTS = (*WEIGHTS, "floor_percent")
_CITYWIDE = ("citywide_percent", "citywide_budget")


def formula_faults(terms: FormulaTerms, budget: int, *, has_citywide: bool) -> Iterator[Invalid]:
    """Everything that is missing, cannot be, or does not belong there; `budget` is the cycle's."""
    for name in _PERCENTS:
        if not _is_whole(terms.get(name), 100):
            yield Invalid("formula-percent-missing", pointer=_at(name), term=name)
    if sum(_whole(terms, name) for name in WEIGHTS) != 100:
        yield Invalid("formula-weights-not-100", pointer=_at(WEIGHTS[0]))
    measures = [
        name
        for weight, name in (("need_weight", "need_measure"), ("equity_weight", "equity_measure"))
        if _whole(terms, weight)
    ]
    for name in measures:
        if not isinstance(terms.get(name), str) or not terms[name].strip():
            yield Invalid("formula-measure-missing", pointer=_at(name), term=name)
    if "need_measure" in measures:
        measures.append("need_unit")
        if terms.get("need_unit") not in NEED_UNITS:
            yield Invalid("formula-need-unit-missing", pointer=_at("need_unit"))
    given = [name for name in _CITYWIDE if name in terms]
    if has_citywide and not (
        (given == ["citywide_percent"] and _is_whole(terms["citywide_percent"], 99))
        or (given == ["citywide_budget"] and _is_whole(terms["citywide_budget"], budget - 1))
    ):
        yield Invalid("formula-citywide-missing", pointer=_at("citywide_percent"))
    known = {*_PERCENTS, *measures, *(_CITYWIDE if has_citywide else ())}
    for name in sorted(terms.keys() - known):
        yield Invalid("formula-term-unknown", pointer=_at(name), term=name[:60])


def weights_of(terms: FormulaTerms) -> Weights:
    """The weights and the floor of a formula without faults."""
    return Weights(*(terms[name] for name in _PERCENTS))


def citywide_budget(terms: FormulaTerms, budget: int) -> int:
    """The money of the citywide part in units: fixed, or a percentage rounded down."""
    if "citywide_budget" in terms:
        return int(terms["citywide_budget"])
    return budget * int(terms.get("citywide_percent", 0)) // 100


def _at(name: str) -> str:
    return f"/budget_formula/{name}"


def _whole(terms: FormulaTerms, name: str) -> int:
    value = terms.get(name)
    return value if type(value) is int else 0


def _is_whole(value: object, most: int) -> bool:
    return type(value) is int and 0 <= value <= most
