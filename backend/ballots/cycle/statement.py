"""What a city says before a cycle opens, and everything that must be said.

The statement is what stands once a cycle is published; its SHA-256 goes into the decision log, so
that anybody can check that it is still the one that was published. Levels of participation: the
spectrum of the International Association for Public Participation (IAP2, 2018).
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from backend.ballots.cycle.budget_formula import formula_faults
from backend.ballots.cycle.models import CITYWIDE, Cycle, CyclePart
from backend.ballots.cycle.rule_terms import rule_faults
from backend.core.errors import Invalid


class ParticipationLevel(StrEnum):
    """How far people decide, in IAP2's order."""

    INFORM = "inform"
    CONSULT = "consult"
    INVOLVE = "involve"
    COLLABORATE = "collaborate"
    EMPOWER = "empower"


def statement_of(cycle: Cycle, parts: Sequence[CyclePart]) -> dict[str, Any]:
    """The statement as JSON values; amounts in 1/`money_scale` units.

    Where a formula shares the money, the parts' budgets follow from it and are no part of this.
    """
    return {
        "slug": cycle.slug,
        "title": cycle.title,
        "remit": cycle.remit,
        "out_of_scope": cycle.out_of_scope,
        "participation_level": cycle.participation_level,
        "currency": cycle.currency,
        "money_scale": cycle.money_scale,
        "budget": cycle.budget,
        "budget_formula": cycle.budget_formula,
        "parts": [
            {"code": part.code, "name": part.name, "population": part.population}
            | ({} if cycle.budget_formula else {"budget": part.budget})
            for part in parts
        ],
        "ballot_form": cycle.ballot_form,
        "rule": cycle.rule,
    }


def statement_sha256(cycle: Cycle, parts: Sequence[CyclePart]) -> str:
    """Of the statement as canonical JSON: UTF-8, sorted keys, no spaces."""
    canonical = json.dumps(
        statement_of(cycle, parts), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def statement_faults(cycle: Cycle, parts: Sequence[CyclePart]) -> Iterator[Invalid]:
    """Everything that is missing or cannot be, the form of the ballot aside."""
    if not cycle.remit.strip():
        yield Invalid("cycle-remit-missing", pointer="/remit")
    if not cycle.out_of_scope.strip():
        yield Invalid("cycle-scope-missing", pointer="/out_of_scope")
    levels = [level.value for level in ParticipationLevel]
    if cycle.participation_level not in levels:
        yield Invalid("cycle-level-missing", pointer="/participation_level", levels=levels)
    yield from _money_faults(cycle, parts)
    yield from rule_faults(cycle.rule)


def _money_faults(cycle: Cycle, parts: Sequence[CyclePart]) -> Iterator[Invalid]:
    if cycle.budget <= 0:
        yield Invalid("cycle-budget-missing", pointer="/budget")
        return
    if cycle.budget_formula is not None:
        yield from _formula_faults(cycle, parts)
        return
    for part in parts:
        if part.budget <= 0:
            yield Invalid("cycle-part-without-money", pointer="/parts", part=part.name)
    total = sum(part.budget for part in parts)
    if total != cycle.budget:
        yield Invalid(
            "cycle-parts-do-not-add-up",
            pointer="/parts",
            parts=amount_words(cycle, total),
            budget=amount_words(cycle, cycle.budget),
        )


def _formula_faults(cycle: Cycle, parts: Sequence[CyclePart]) -> Iterator[Invalid]:
    codes = [part.code for part in parts]
    if codes == [CITYWIDE]:
        yield Invalid("formula-without-districts", pointer="/parts")
    if any(part.budget for part in parts):
        yield Invalid("part-budget-beside-formula", pointer="/parts")
    yield from formula_faults(
        cycle.budget_formula or {}, cycle.budget, has_citywide=CITYWIDE in codes
    )


class Priced(Protocol):
    """What has its amounts in 1/`money_scale` of a currency."""

    @property
    def currency(self) -> str:
        """By its three letters."""

    @property
    def money_scale(self) -> int:
        """A power of ten."""


def amount_words(vote: Priced, units: int) -> str:
    """An amount with its currency, for a sentence no page formats: `1,250 EUR`, `1,250.50 EUR`."""
    places = len(str(vote.money_scale)) - 1 if units % vote.money_scale else 0
    return f"{Decimal(units) / vote.money_scale:,.{places}f} {vote.currency}"
