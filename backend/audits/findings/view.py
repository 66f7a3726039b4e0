"""One geography of an audit's data, with what several measures need of it made once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from backend.audits.findings.cases_of import (
    ResidentLog,
    cases_of,
    reports_of_cases,
    requests_of,
)
from backend.audits.findings.columns import AuditData
from backend.audits.findings.groups import Grouped, hiding
from backend.audits.findings.parameters import Parameters
from equity.measures.disparity import Cases
from equity.measures.hidden_groups import hidden_groups
from equity.measures.measure import Frame
from equity.measures.suppression import SuppressionRule
from equity.rates.events import ObservationRule, Observations, observe, reports_by_area
from equity.rates.reporting_rate import (
    SILENCE_WINDOW_DAYS,
    ReportingRates,
    Turnout,
    reporting_rates,
)


# Without slots, for `cached_property` keeps what it made in the instance.
@dataclass(frozen=True, eq=False)
class View:
    """The data as geography `number` groups them."""

    data: AuditData
    parameters: Parameters
    number: int
    log: ResidentLog
    grouped: Grouped

    @property
    def seed(self) -> int:
        """Of every draw."""
        return self.parameters.seed

    @property
    def rule(self) -> SuppressionRule:
        """What is too small to be shown."""
        return SuppressionRule(self.parameters.least_count, self.parameters.least_people)

    @cached_property
    def cases(self) -> Cases:
        """Problems residents told of first in the period."""
        return cases_of(self.data, self.log, self.number)

    @cached_property
    def frame_of_cases(self) -> Frame:
        """The groups, with those hidden that too few people's problems would give away."""
        frame, log = self.grouped.frame, reports_of_cases(self.data, self.log, self.number)
        hidden = hidden_groups(frame.all_groupings, log, self.rule)
        return hiding(frame, {name: of_kinds[0] for name, of_kinds in hidden.items()})

    @cached_property
    def rates(self) -> tuple[Observations, ReportingRates]:
        """How readily people report, from the repeats among the reports of the cases."""
        requests = requests_of(self.data, self.log, self.number)
        end = np.datetime64(self.data.facts["ends_at"], "us")
        observations = observe(requests, ObservationRule(end_at=end))
        population, pairs = self.grouped.frame.population, self.grouped.pairs
        turnout = None
        if (population > 0).all():
            turnout = Turnout(reports_by_area(requests, end, SILENCE_WINDOW_DAYS), population)
        fitted = reporting_rates(
            observations,
            model=self.parameters.model,
            neighbours=pairs if len(pairs) else None,
            turnout=turnout,
        )
        return observations, fitted
