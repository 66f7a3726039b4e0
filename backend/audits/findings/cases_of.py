"""From the columns of an audit to what the measures read: cases, reports, spending, votes."""

from dataclasses import dataclass

import numpy as np

from backend.audits.findings.columns import NEVER, AuditData, Column
from backend.core.channels import Channel
from equity.measures.disparity import Cases, Spending, Votes
from equity.measures.hidden_groups import ReportLog
from equity.measures.participation_measures import Participation
from equity.measures.survival import Waits
from equity.rates.events import UNKNOWN, Mask, Requests

_DAY = 86_400_000_000
WAYS = {
    "app or web": {Channel.APP, Channel.WEB},
    "telephone or text message": {Channel.PHONE, Channel.TEXT},
}
"""Channels as they are compared; whatever is in neither is `OTHER_WAYS`."""

OTHER_WAYS = "letter, e-mail or in person"


@dataclass(frozen=True, slots=True, eq=False)
class ResidentLog:
    """Reports by residents (n,), and problems they first told of in the period (m,).

    `problem` (n,) is the position of each report's problem among all problems of the data.
    """

    problem: Column
    at: Column
    reporter: Column
    way: Column
    is_case: Mask
    opened: Column


def resident_log(data: AuditData) -> ResidentLog:
    """What the city found by itself is left out: it is no resident's report."""
    columns = data.columns
    is_told = columns["report.is_own"] == 0
    problem, at = columns["report.incident"][is_told], columns["report.at"][is_told]
    opened = np.full(columns["problem.told"].size, np.iinfo(np.int64).max)
    np.minimum.at(opened, problem, at)
    # So each problem is a case of one quarter, and a year has those of its quarters.
    is_case = opened == columns["problem.told"]
    place = {channel: position for position, among in enumerate(WAYS.values()) for channel in among}
    ways = np.array([place.get(name, len(WAYS)) for name in data.facts["channels"]], np.intp)
    return ResidentLog(
        problem,
        at,
        columns["report.reporter"][is_told].astype(np.intp),
        ways[columns["report.channel"][is_told]] if ways.size else np.empty(0, np.intp),
        is_case,
        opened,
    )


def cases_of(data: AuditData, log: ResidentLog, number: int) -> Cases:
    """Problems in some district of geography `number`, each from its first report on.

    A problem that was closed without anything being done has been watched up to then.
    """
    columns, end = data.columns, data.facts["ends_at"]
    area = columns[f"problem.area.{number}"]
    used = log.is_case & (area >= 0)
    opened = log.opened[used]
    acted, closed = columns["problem.acted"][used], columns["problem.closed"][used]
    is_undone = columns["problem.is_without_action"][used] == 1
    is_acted = acted != NEVER
    until = np.where(is_undone & (closed != NEVER), closed, end)
    days = np.maximum(np.where(is_acted, acted, until) - opened, 0) / _DAY
    return Cases(
        area=area[used].astype(np.intp),
        week=_weeks(opened, data),
        category=columns["problem.service"][used].astype(np.intp),
        waits=Waits(days, is_acted),
        is_closed=closed != NEVER,
        is_closed_without_action=is_undone & (closed != NEVER),
        is_reopened=(columns["problem.is_reopened"][used] == 1) & (closed != NEVER),
    )


def reports_of_cases(data: AuditData, log: ResidentLog, number: int) -> ReportLog:
    """Who stands behind the cases, for what must stay hidden.

    Where no reporter at all is known, as in files of past requests, each problem stands for one:
    else nothing could be told of such files, which are public already. What the audit of a quarter
    sees of its problems, that of the year sees of them too, and no more.
    """
    quarter = _quarters(log.at, data)
    is_of_case = log.is_case[log.problem] & (quarter == _quarters(log.opened[log.problem], data))
    problem = log.problem[is_of_case].astype(np.intp)
    reporter = log.reporter[is_of_case]
    return ReportLog(
        data.columns[f"problem.area.{number}"][problem].astype(np.intp),
        problem,
        problem if (reporter == UNKNOWN).all() else reporter,
        np.full(problem.size, UNKNOWN),
        (),
        quarter[is_of_case],
        len(data.facts["quarters"]),
    )


def participation_of(data: AuditData, log: ResidentLog, number: int) -> Participation:
    """Every resident's report of the period, with the way it came."""
    area = data.columns[f"problem.area.{number}"][log.problem].astype(np.intp)
    problem = log.problem.astype(np.intp)
    ways, quarter = (*WAYS, OTHER_WAYS), _quarters(log.at, data)
    reports = ReportLog(
        area, problem, log.reporter, log.way, ways, quarter, len(data.facts["quarters"])
    )
    return Participation(reports, _weeks(log.at, data))


def requests_of(data: AuditData, log: ResidentLog, number: int) -> Requests:
    """The reports of the cases as the estimator reads them, watched until somebody came."""
    columns, facts = data.columns, data.facts
    chosen = log.is_case[log.problem]
    problem = log.problem[chosen].astype(np.intp)
    until = np.column_stack(
        [columns[f"problem.{name}"][problem] for name in ("inspected", "closed")]
    )
    codes = facts["geographies"][number]["codes"]
    return Requests(
        incident=np.unique(problem, return_inverse=True)[1],
        request=np.arange(problem.size),
        at=log.at[chosen].astype("datetime64[us]"),
        area=columns[f"problem.area.{number}"][problem].astype(np.intp),
        category=columns["problem.service"][problem].astype(np.intp),
        areas=tuple(codes),
        categories=tuple(service["code"] for service in facts["services"]),
        until=until.astype("datetime64[us]"),
        covariates=np.empty((problem.size, 0)),
        covariate_names=(),
        reporter=log.reporter[chosen],
        is_report=np.ones(problem.size, bool),
    )


def spending_of(data: AuditData, number: int) -> Spending:
    """Projects in some district; what is for the whole city is in none."""
    area = data.columns[f"project.area.{number}"]
    used = area >= 0
    return Spending(area[used].astype(np.intp), data.columns["project.amount"][used])


def votes_of(data: AuditData) -> Votes:
    """Of the districts about which it may be told; nobody of the others."""
    is_told = data.columns["vote.is_withheld"] == 0
    return Votes(
        np.where(is_told, data.columns["vote.ballots"], 0).astype(np.intp),
        np.where(is_told, data.columns["vote.eligible"], 0.0),
    )


def _quarters(at: Column, data: AuditData) -> Column:
    """The quarter of each moment, from 0 on."""
    return np.searchsorted(data.facts["quarters"], at, side="right") - 1


def _weeks(at: Column, data: AuditData) -> Column:
    weeks: Column = ((at - data.facts["starts_at"]) // (7 * _DAY)).astype(np.intp)
    return weeks
