"""Give the districts their money by the published formula: a public decision before the vote."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction

from sqlalchemy.orm import Session

from backend.ballots.cycle.budget_formula import FormulaTerms, citywide_budget, weights_of
from backend.ballots.cycle.commands import SetBudgets
from backend.ballots.cycle.district_budgets import (
    DistrictFigures,
    DistrictShare,
    district_budgets,
)
from backend.ballots.cycle.models import CITYWIDE, Cycle, CyclePart
from backend.ballots.cycle.queries import find_cycle, parts_of
from backend.ballots.cycle.settling import require_unsettled
from backend.core.errors import Conflict, Invalid
from backend.core.uow import UnitOfWork
from backend.places.queries import census_of, current_boundary_set, districts_of

POPULATION = "population"
_FIGURE = re.compile(r"[0-9]{1,15}(\.[0-9]{1,20})?", re.ASCII)


def set_budgets(work: UnitOfWork, command: SetBudgets) -> Cycle:
    """Compute and publish; may be done again with better figures until the vote is settled.

    Raises `Invalid` on figures that are missing or cannot be, `Conflict` where no formula was
    published.
    """
    session = work.session
    cycle = find_cycle(session, command.slug, lock=True)
    require_unsettled(session, cycle, work.now)
    formula = cycle.budget_formula
    if formula is None:
        raise Conflict("budgets-are-stated", slug=cycle.slug)
    parts = parts_of(session, cycle)
    districts = [part for part in parts if part.code != CITYWIDE]
    table = _Figures(session, command, districts)
    figures = [_district(table, formula, part) for part in districts]
    citywide = citywide_budget(formula, cycle.budget)
    shares = district_budgets(weights_of(formula), figures, cycle.budget - citywide)
    found = {share.code: share for share in shares}
    for part in parts:
        if part.code == CITYWIDE:
            part.budget = citywide
        else:
            part.budget = found[part.code].budget
            part.share = _explained(found[part.code], table.used[part.code])
    cycle.budget_sources = table.sources
    work.decide(
        "cycle.budgets_set",
        f"cycle:{cycle.slug}",
        budgets={part.code: part.budget for part in parts},
        sources=table.sources,
    )
    return cycle


def _district(table: "_Figures", formula: FormulaTerms, part: CyclePart) -> DistrictFigures:
    population = table.figure(POPULATION, part)
    need = equity = Fraction(0)
    if formula["need_weight"]:
        need = table.figure(formula["need_measure"], part)
        if formula["need_unit"] == "share":
            need *= population
    if formula["equity_weight"]:
        equity = table.figure(formula["equity_measure"], part)
    return DistrictFigures(part.code, population, need, equity)


class _Figures:
    """Measures of districts: those handed in, what the cycle says of residents, the census.

    `used` keeps every figure as it was written, `sources` where each measure is from.
    """

    def __init__(
        self, session: Session, command: SetBudgets, districts: Sequence[CyclePart]
    ) -> None:
        self._given, self._source = command.figures, f"given:{command.source}"
        self._census, self._census_source = _census(session)
        self.used: dict[str, dict[str, str]] = {part.code: {} for part in districts}
        self.sources: dict[str, str] = {}

    def figure(self, measure: str, part: CyclePart) -> Fraction:
        """Raises `Invalid` where there is no such figure of this district."""
        text, source = self._found(measure, part)
        if text is None:
            raise Invalid("district-figure-missing", measure=measure, district=part.code)
        if not _FIGURE.fullmatch(text):
            raise Invalid("district-figure-not-valid", measure=measure, district=part.code)
        self.used[part.code][measure] = text
        self.sources[measure] = source
        return Fraction(text)

    def _found(self, measure: str, part: CyclePart) -> tuple[str | None, str]:
        if measure in self._given:
            return self._given[measure].get(part.code), self._source
        if measure == POPULATION and part.population is not None:
            return str(part.population), "cycle"
        return self._census.get(part.code, {}).get(measure), self._census_source


def _census(session: Session) -> tuple[Mapping[str, Mapping[str, str]], str]:
    """Figures as text by district code and measure, and where they are from."""
    boundaries = current_boundary_set(session)
    if boundaries is None:
        return {}, ""
    districts = districts_of(session, boundaries.id)
    figures = {
        # Every digit the census has, and no exponent.
        districts[row].code: {name: f"{Decimal(repr(value)):f}" for name, value in one.items()}
        for row, one in census_of(session, boundaries.id).items()
    }
    return figures, f"census:{boundaries.census_source or boundaries.source_name}"


def _explained(share: DistrictShare, figures: Mapping[str, str]) -> dict[str, object]:
    """The share as JSON values: fractions as text in lowest terms."""
    parts = {
        name: str(value) if isinstance(value, Fraction) else value
        for name, value in asdict(share).items()
        if name not in ("code", "budget")
    }
    return parts | {"figures": dict(figures)}
