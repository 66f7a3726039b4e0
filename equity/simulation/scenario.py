"""What a city is and how it behaves: the arguments of `equity.simulation.simulate`."""

from dataclasses import dataclass

import numpy as np

from equity.rates.events import Floats

CHANNELS = ("app", "web", "phone", "counter")

_OFFLINE_YOUNGER, _OFFLINE_SENIOR = 0.2, 0.8
_CALLS = 0.85  # of those who do not write: who calls, where the others come


@dataclass(frozen=True, slots=True, eq=False)
class City:
    """Areas, one entry each: residents, share of seniors, log income, share without smartphone."""

    areas: tuple[str, ...]
    population: Floats
    senior_share: Floats
    log_income: Floats
    no_smartphone_share: Floats

    @property
    def covariates(self) -> Floats:
        """(areas, 3) in standard deviations: seniors, log income, no smartphone."""
        raw = np.column_stack([self.senior_share, self.log_income, self.no_smartphone_share])
        deviation = raw.std(axis=0)
        return np.asarray((raw - raw.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0))

    @property
    def channel_shares(self) -> Floats:
        """(areas, channels), rows summing to 1: by which of `CHANNELS` residents would report.

        Of seniors 80 % call or come and of the others 20 %; who writes uses the app if there is a
        smartphone.
        """
        senior = self.senior_share
        offline = np.clip(_OFFLINE_YOUNGER + (_OFFLINE_SENIOR - _OFFLINE_YOUNGER) * senior, 0, 1)
        app = (1 - offline) * (1 - self.no_smartphone_share)
        web = (1 - offline) * self.no_smartphone_share
        return np.column_stack([app, web, _CALLS * offline, (1 - _CALLS) * offline])


def smartphone_share(senior_share: Floats, log_income: Floats) -> Floats:
    """0.93 - 0.35 seniors + 0.1 log income over its mean, all (areas,); between 0 and 1.

    It is made of the other two covariates: a model can tell its effect from theirs only where the
    areas also differ in it by themselves.
    """
    share = 0.93 - 0.35 * senior_share + 0.1 * (log_income - log_income.mean())
    return np.asarray(np.clip(share, 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Category:
    """`need` is incidents a year for 1,000 residents, `rate` reports a day of one of them."""

    name: str
    need: float
    rate: float


@dataclass(frozen=True, slots=True)
class Scenario:
    """How the city behaves; the defaults are the ideal of a constant rate and endless problems.

    Effects are per standard deviation over the areas. `rate_effects` are seniors, log income, no
    smartphone; `rate_spread` is the standard deviation of what they leave open, of whose variance
    `rate_structure` goes over the neighbours (BYM2: Riebler and others 2016,
    doi 10.1177/0962280216660421). `channel_rates` multiplies the reports that would come by each
    of `CHANNELS`: 0 is a closed line. `need_income` is by how much the log of need falls with
    income. `frailty_shape` k draws each incident's own factor from Gamma(k, mean 1); `life_days`
    is the mean natural life, after which a problem is gone, seen by nobody.

    Service: `inspection_days` after the first notice on average, times exp(-`inspection_income` x
    income); every further report takes away the part `hastening` of the wait that is left. The
    inspector overlooks the part `overlooked` of what is still there. Closing follows
    `closing_days` later on average.

    After the first report the rate is multiplied by `damping`, as the app shows what is already
    reported, and by 1 + `burst` exp(-t / half a day); of those the app keeps from filing the part
    `confirmed` taps "me too", which is logged as a report. For every further report the first
    reporter calls `repeat_calls` times again. The part `never_again` of the incidents draws no
    further report whatever.

    Records: a further report is linked to its incident with chance `linkage_recall` and otherwise
    becomes an incident of its own, which stays open like the other, or is closed at once with
    chance `copies_closed`, as a duplicate of nobody says what. An incident is taken for another
    open one of its area and category, and closed with it, with chance `false_merges`.

    Others who see problems: crews come by each at `staff_rate` a day; every `sweep_every_days`
    a sweep walks the part `sweep_effort` of each area's streets and sees a problem there with
    chance `sweep_detection`.
    """

    window_days: float = 365.0
    rate_effects: tuple[float, float, float] = (-0.15, 0.25, 0.0)
    rate_spread: float = 0.25
    rate_structure: float = 0.0
    channel_rates: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    need_income: float = 0.3
    frailty_shape: float | None = None
    life_days: float | None = None
    inspection_days: float = 14.0
    inspection_income: float = 0.0
    hastening: float = 0.0
    overlooked: float = 0.0
    closing_days: float = 7.0
    burst: float = 0.0
    damping: float = 1.0
    confirmed: float = 0.0
    repeat_calls: float = 0.0
    never_again: float = 0.0
    linkage_recall: float = 1.0
    copies_closed: float = 0.0
    false_merges: float = 0.0
    staff_rate: float = 0.0
    sweep_every_days: float | None = None
    sweep_effort: float = 0.25
    sweep_detection: float = 0.8
