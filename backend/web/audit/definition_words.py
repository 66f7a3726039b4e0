"""What every figure of the audit room is: in words, as a formula, and where it is worked out."""

from collections.abc import Mapping
from dataclasses import dataclass

from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.web.audit.finding_words import metric_words

_DISPARITY, _EQUITY = "docs/method/disparity.md", "docs/method/equity.md"
_LEVERS = "docs/method/levers.md"


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure; `anchor` is where the page of definitions has it."""

    anchor: str
    name: str
    words: str
    formula: str
    method: str
    code: str
    command: str


_REFRESH, _REPLAY = "python -m backend equity refresh", "python -m backend audit replay ID"
_NAMES: Mapping[str, str] = {
    "relative-rate": marked("How readily people report, fitted every night"),
    "class": marked("Classes of a map"),
    "change": marked("Change between two periods"),
    "weight": marked("Weight of a district"),
}
# In words, the formula, the method, the code, and the command that works it out again.
DEFINED: Mapping[str, tuple[str, str, str, str, str]] = {
    "relative-rate": (
        marked(
            "How often residents report the same open problem again, against the whole city, for "
            "the same kinds of problem. Fitted every night on all reports."
        ),
        "y ~ NegBin(rate * T), log rate = kind + district; district / mean of districts by T",
        _EQUITY,
        "equity/rates/reporting_rate.py",
        _REFRESH,
    ),
    "reporting-rate": (
        marked("The same from the problems of one quarter alone, as its audit has it."),
        "as above, on problems first told of in the quarter",
        _DISPARITY,
        "equity/measures/disparity.py: reporting",
        _REPLAY,
    ),
    "untold-residents": (
        marked("Residents of districts where too little is known for a rate (grade C or S)."),
        "100 * residents(grade C, S) / residents",
        _DISPARITY,
        "equity/measures/disparity.py: reporting",
        _REPLAY,
    ),
    "waiting-days": (
        marked(
            "Days of the first 30 that a problem waits for the first action, problems that still "
            "wait included."
        ),
        "integral from 0 to 30 of S(t) dt, S by Kaplan and Meier",
        _DISPARITY,
        "equity/measures/survival.py",
        _REPLAY,
    ),
    "median-wait": (
        marked("Days after which half of the problems were acted on."),
        "smallest t with S(t) <= 1/2, S by Kaplan and Meier",
        _DISPARITY,
        "equity/measures/survival.py",
        _REPLAY,
    ),
    "closed-without-action": (
        marked("Of every 100 closed problems those refused, handed over or not the city's."),
        "100 * closed without action / closed",
        _DISPARITY,
        "equity/measures/disparity.py: closing",
        _REPLAY,
    ),
    "reopened": (
        marked("Of every 100 closed problems those that had to be opened again."),
        "100 * opened again / closed",
        _DISPARITY,
        "equity/measures/disparity.py: closing",
        _REPLAY,
    ),
    "burden-range": (
        marked("Longest less shortest wait, added over kinds by how serious they are."),
        "sum over kinds of w * (max wait - min wait), w = 10 - 2 * band",
        _DISPARITY,
        "equity/measures/burden.py",
        _REPLAY,
    ),
    "reporters-per-thousand": (
        marked("Different people who reported something, of every 1,000 residents."),
        "1000 * distinct reporters / residents",
        _DISPARITY,
        "equity/measures/participation.py",
        _REPLAY,
    ),
    "channel-reach": (
        marked("A district's share of the reports by one way, against its share of residents."),
        "(reports by way here / by way) / (residents here / residents)",
        _DISPARITY,
        "equity/measures/participation.py",
        _REPLAY,
    ),
    "spending-per-head": (
        marked("Money of budget projects by the district they lie in, for each resident."),
        "sum of spending / residents",
        _DISPARITY,
        "equity/measures/disparity.py: spending",
        _REPLAY,
    ),
    "turnout": (
        marked("Voters of every 100 residents on the roll."),
        "100 * ballots / eligible",
        _DISPARITY,
        "equity/measures/disparity.py: turnout",
        _REPLAY,
    ),
    "class": (
        marked(
            "A district has a class only if its whole interval lies between two breaks, so any two "
            "of different classes have intervals that are apart. Breaks are those that show the "
            "most pairs of districts as different."
        ),
        "class = number of breaks below the interval, none if a break is inside",
        _DISPARITY,
        "equity/measures/told_apart.py",
        "GET /audit/maps.csv",
    ),
    "change": (
        marked(
            "The later figure less the earlier one (over it, for rates and medians), with an "
            "interval made of both intervals."
        ),
        "d -+ sqrt((a - a_low)^2 + (b_high - b)^2), on logarithms for ratios",
        _DISPARITY,
        "equity/measures/two_periods.py",
        "GET /audit/compare.csv",
    ),
    "weight": (
        marked(
            "How much a report counts inside its severity band, from the end of the interval that "
            "favours its district least."
        ),
        "exp(strength * max(0, log(median rate) - log(upper end))), from 1 to 1.5",
        _LEVERS,
        "equity/levers/weights.py",
        _REFRESH,
    ),
}


def definition(name: str) -> Definition:
    """The definition of a figure in `DEFINED`."""
    words, formula, method, code, command = DEFINED[name]
    title = _(_NAMES[name]) if name in _NAMES else metric_words(name)
    return Definition(name, title, _(words), formula, method, code, command)
