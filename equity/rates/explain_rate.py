"""What is known of an area's reporting, in a sentence."""

from collections.abc import Mapping
from math import ceil, floor

from equity.rates.reporting_rate import ENOUGH, AreaRate, Grade
from equity.sentences import Sentence

RATE_ENGLISH: Mapping[str, str] = {
    "rate-between": "Residents here report the same kind of problem between {low} and {high} "
    "times as often as the city's average.",
    "rate-unknown": "There are too few repeated reports from here ({duplicates}) to tell whether "
    "residents report more or less often than elsewhere.",
    "rate-heaped": "The {duplicates} repeated reports from here lie too unevenly over the problems "
    "to tell whether residents report more or less often than elsewhere.",
    "rate-silent": "In 90 days fewer reports came from here than its number of residents would "
    "suggest. That is no sign that all is well: somebody should go and look.",
}


def explain_rate(rate: AreaRate) -> Sentence:
    """What is known of an area's reporting; the interval is rounded outwards, never inwards."""
    if rate.grade is Grade.S:
        return Sentence("rate-silent", {"area": rate.area})
    if rate.low is None or rate.high is None:
        key = "rate-heaped" if rate.duplicates >= ENOUGH else "rate-unknown"
        return Sentence(key, {"area": rate.area, "duplicates": rate.duplicates})
    steps = 10 if rate.low >= 0.1 else 100
    return Sentence(
        "rate-between",
        {
            "area": rate.area,
            "low": floor(rate.low * steps) / steps,
            "high": ceil(rate.high * steps) / steps,
        },
    )
