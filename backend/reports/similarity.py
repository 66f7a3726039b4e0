"""How likely two reports are about the same thing, with the reasons. Pure.

The score is the weighted mean of what is known of place, time, service and words; nothing is held
against a report without words. A photo is evidence for sameness only, because two people's photos
of one thing differ as much as any two: it closes its share of the distance that is left to 1.

    score = m + (1 - m) * photo,   m = sum(weight * value) / sum(weight)

Words are compared by their resemblance (`backend.core.resemblance`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Fact: TypeAlias = str | int

PLACE, TIME, SERVICE, WORDS = 0.4, 0.1, 0.2, 0.3
"""The weights of the mean: how much each tells, as a judgement; they sum to 1."""
GROUP_VALUE = 0.5
"""What another service of the same group is worth beside the same service."""
HALF_LIFE_DAYS = 30.0
MOST_PHOTO_BITS = 16
"""Hashes of 64 bits that differ in as many say nothing; unlike photos differ in 32 +- 4."""
CERTAIN_SCORE = 0.85

ENGLISH: Mapping[str, str] = {
    "near": "{metres} m apart, where up to {reach} m may be one thing.",
    "apart-in-time": "Reported {days} days apart.",
    "same-service": "The same kind of problem.",
    "same-group": "A kind of problem of the same group.",
    "alike-words": "{percent} % of the letters in threes are the same.",
    "alike-photos": "{bits} of the 64 marks of their photos differ.",
}


@dataclass(frozen=True, slots=True)
class Factor:
    """One reason: its value in [0, 1], its weight, and a key of `ENGLISH` with its facts.

    The photo has no weight in the mean, None.
    """

    name: str
    value: float
    weight: float | None
    key: str
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Likeness:
    """A score in [0, 1] and the factors it follows from, in a fixed order."""

    score: float
    factors: tuple[Factor, ...]

    @property
    def is_certain(self) -> bool:
        """Whether a program may act on it: never on place and time alone."""
        names = {factor.name for factor in self.factors}
        return self.score >= CERTAIN_SCORE and bool(names & {"words", "photo"})


def likeness(
    *,
    metres: float,
    reach_metres: float,
    days: float,
    is_same_service: bool,
    words: float | None,
    photo_bits: int | None,
) -> Likeness:
    """The likeness of two reports.

    `metres` apart, at most `reach_metres` (> 0); `days` between them; `words` their resemblance and
    `photo_bits` the bits in which their photos' hashes differ, None where one has none.
    """
    service_key = "same-service" if is_same_service else "same-group"
    mean_of = [
        Factor(
            "distance",
            max(0.0, 1 - metres / reach_metres),
            PLACE,
            "near",
            {"metres": round(metres), "reach": round(reach_metres)},
        ),
        Factor(
            "time",
            0.5 ** (abs(days) / HALF_LIFE_DAYS),
            TIME,
            "apart-in-time",
            {"days": _whole(days)},
        ),
        Factor("service", 1.0 if is_same_service else GROUP_VALUE, SERVICE, service_key, {}),
    ]
    if words is not None:
        facts = {"percent": round(100 * words)}
        mean_of.append(Factor("words", words, WORDS, "alike-words", facts))
    score = _mean(mean_of)
    if photo_bits is None or photo_bits >= MOST_PHOTO_BITS:
        return Likeness(score, tuple(mean_of))
    value = 1 - photo_bits / MOST_PHOTO_BITS
    photo = Factor("photo", value, None, "alike-photos", {"bits": photo_bits})
    return Likeness(score + (1 - score) * value, (*mean_of, photo))


def in_words(factors: Iterable[Factor], templates: Mapping[str, str] = ENGLISH) -> str:
    """The reasons as sentences, from a table of templates."""
    return " ".join(templates[factor.key].format(**factor.facts) for factor in factors)


def _mean(factors: Iterable[Factor]) -> float:
    weighted = [(factor.weight or 0.0, factor.value) for factor in factors]
    total = sum(weight for weight, _ in weighted)
    return sum(weight * value for weight, value in weighted) / total


def _whole(days: float) -> int:
    return int(abs(days))
