"""What is known of an area's reporting, in a sentence."""

from collections.abc import Mapping, Sequence

from equity.rates.reporting_rate import ENOUGH, AreaRate, Grade
from equity.sentences import Fact, Sentence, lower_limit, upper_limit

RATE_ENGLISH: Mapping[str, str] = {
    "rate-between": "Residents here report the same kind of problem between {low} and {high} "
    "times as often as the city's average.",
    "rate-unknown": "There are too few repeated reports from here ({duplicates}) to tell whether "
    "residents report more or less often than elsewhere.",
    "rate-heaped": "The {duplicates} repeated reports from here lie too unevenly over the problems "
    "to tell whether residents report more or less often than elsewhere.",
    "rate-only": "There is only one district, so there is nothing to compare it with.",
    "rate-alone": "Only here did reports repeat one another ({duplicates}), so there is nothing to "
    "compare them with.",
    "rate-silent": "In 90 days fewer reports came from here than its number of residents would "
    "suggest. That is no sign that all is well: somebody should go and look.",
}


def explain_rate(rate: AreaRate, duplicates: Sequence[int]) -> Sentence:
    """What is known of an area's reporting; the interval is rounded outwards, never inwards.

    `duplicates` are those of all areas that are compared, its own among them.
    """
    if rate.grade is Grade.S:
        return Sentence("rate-silent", {"area": rate.area})
    if rate.low is None or rate.high is None:
        facts: dict[str, Fact] = {"area": rate.area, "duplicates": rate.duplicates}
        if len(duplicates) == 1:
            return Sentence("rate-only", facts)
        if rate.duplicates < ENOUGH:
            return Sentence("rate-unknown", facts)
        return Sentence(
            "rate-alone" if sum(duplicates) == rate.duplicates else "rate-heaped", facts
        )
    ends = {"low": lower_limit(rate.low, 1), "high": upper_limit(rate.high, 1)}
    return Sentence("rate-between", {"area": rate.area, **ends})
