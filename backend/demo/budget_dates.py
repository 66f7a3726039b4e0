"""The dates of the made-up town's budgets: last year's is over, this year's is being voted on.

Days are counted from the day the city is made up on; a year's votes are 52 weeks apart.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from backend.ballots.cycle.phases import ORDER, Phase, Span

A_YEAR = 364
FOUNDED = -560
"""When the city began with all this."""
# First days, and the day after the last; nothing is open between the vote and the delivery.
_DAYS = (
    (-160, -125), (-125, -90), (-90, -45), (-45, -10), (-7, 28), (35, 280), (280, 345),
)  # fmt: skip
# So that last year's budget is over, its second look included.
_DAYS_LAST_YEAR = (*_DAYS[:5], (35, 280), (280, 350))


@dataclass(frozen=True, slots=True)
class BudgetDates:
    """When the phases of one budget are, as days from `today`, which is a midnight of the town.

    `year` is the one the budget is named after: this year's vote ends in it.
    """

    year: int
    today: datetime
    days: dict[Phase, tuple[int, int]]

    def midnight(self, day: int) -> datetime:
        """When a day begins on the town's clock."""
        date = self.today.date() + timedelta(days=day)
        return datetime.combine(date, time(), self.today.tzinfo)

    def moment(self, day: float) -> datetime:
        """When somebody acts on that day: its fraction falls between eight and six o'clock."""
        whole = int(day // 1)
        return self.midnight(whole) + timedelta(hours=8 + 10 * (day - whole))

    def first(self, phase: Phase) -> int:
        return self.days[phase][0]

    def end(self, phase: Phase) -> int:
        return self.days[phase][1]

    def within(self, phase: Phase, share: float) -> float:
        """The day when `share` of a phase is over."""
        first, end = self.days[phase]
        return first + share * (end - first)

    def spans(self) -> dict[Phase, Span]:
        return {
            phase: Span(self.midnight(first), self.midnight(end))
            for phase, (first, end) in self.days.items()
        }


def this_year(now: datetime, zone: ZoneInfo) -> BudgetDates:
    """The budget whose vote began a week ago and goes on for four."""
    today = datetime.combine(now.astimezone(zone).date(), time(), zone)
    days = dict(zip(ORDER, _DAYS, strict=True))
    return BudgetDates((today + timedelta(days=days[Phase.VOTE][1])).year, today, days)


def last_year(now: datetime, zone: ZoneInfo) -> BudgetDates:
    """The one before."""
    this = this_year(now, zone)
    days = [(first - A_YEAR, end - A_YEAR) for first, end in _DAYS_LAST_YEAR]
    return BudgetDates(this.year - 1, this.today, dict(zip(ORDER, days, strict=True)))
