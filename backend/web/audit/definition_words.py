"""What every figure of the audit room is: in words, as a formula, and where it is worked out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

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

    @property
    def text(self) -> str:
        """The name of the method's text on the page that explains it."""
        return PurePosixPath(self.method).stem


_RATES, _REPLAY = "python -m backend equity replay", "python -m backend audit replay ID"
_TARGETS = "python -m backend equity targets"
# What is made of published figures alone takes no command: anybody has the file.
_FILE = "GET /audits/ID.csv"
_NAMES: Mapping[str, str] = {
    "relative-rate": marked("How readily people report, fitted every night"),
    "class": marked("Classes of a map"),
    "change": marked("Change between two periods"),
    "weight": marked("Weight of a district"),
    "target-waiting": marked("Waiting of all, of a choice of targets"),
    "target-difference": marked("Difference between districts, of a choice of targets"),
}
# In words, the formula, the method, the code, and the command that works it out again.
DEFINED: Mapping[str, tuple[str, str, str, str, str]] = {
    "relative-rate": (
        marked(
            "How often residents report the same open problem again, against the whole city, for "
            "the same kinds of problem. Fitted every night on all reports. What is called likely "
            "is the middle of the interval."
        ),
        "y ~ NegBin(rate * T), log rate = kind + district; district / mean of districts by T; "
        "likely = sqrt(low * high)",
        _EQUITY,
        "equity/rates/reporting_rate.py",
        _RATES,
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
        marked(
            "How much longer the worst served group waits than the best served, added over kinds "
            "by how serious they are. Waits are followed for a third of the period, 100 days at "
            "most. What chance alone would make is taken off: the mean of a thousand draws of "
            "districts and weeks lies as far above the sum as the sum above the truth. Only kinds "
            "are added of which each group has problems in ten weeks of a district or more, and "
            "whose waits could be told in 19 of 20 draws; each figure names the kinds left out."
        ),
        "max(0, 2 * L - mean of L over the draws), L = sum over kinds of w * (max m - min m), "
        "w = 10 - 2 * band, m of each group = integral from 0 to H of S(t) dt, "
        "H = min(100, days of the period // 3)",
        _DISPARITY,
        "equity/measures/disparity.py: burden",
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
        "class = number of breaks below the interval, none if a break is in it or at its end",
        _DISPARITY,
        "equity/measures/told_apart.py: classes_told_apart",
        _FILE,
    ),
    "change": (
        marked(
            "The later figure less the earlier one (over it, for rates and medians), with an "
            "interval made of both intervals."
        ),
        "a - b, from a - b - sqrt((a - a_low)^2 + (b_high - b)^2) "
        "to a - b + sqrt((a_high - a)^2 + (b - b_low)^2), a later and b earlier, "
        "on logarithms for ratios",
        _DISPARITY,
        "equity/measures/two_periods.py",
        _FILE,
    ),
    "weight": (
        marked(
            "How much a report counts inside its severity band, from the end of the interval that "
            "favours its district least."
        ),
        "exp(strength * max(0, log(median rate) - log(upper end))), from 1 to 1.5",
        _LEVERS,
        "equity/levers/weights.py",
        _RATES,
    ),
    "target-waiting": (
        marked(
            "What waiting would weigh in the whole city: days until somebody looks, times how "
            "serious the service is; what nobody looks at counts as 100 days."
        ),
        "sum over districts and services of n * w * (f * d + (1 - f) * 100)",
        _LEVERS,
        "equity/measures/burden.py: efficiency_loss",
        _TARGETS,
    ),
    "target-difference": (
        marked("The worst served district less the best served one, added over the services."),
        "sum over services of (max b - min b), b = w * (f * d + (1 - f) * 100)",
        _LEVERS,
        "equity/measures/burden.py: equity_loss",
        _TARGETS,
    ),
}


def definition(name: str) -> Definition:
    """The definition of a figure in `DEFINED`."""
    words, formula, method, code, command = DEFINED[name]
    title = _(_NAMES[name]) if name in _NAMES else metric_words(name)
    return Definition(name, title, _(words), formula, method, code, command)
