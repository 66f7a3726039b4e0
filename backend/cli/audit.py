"""`audit`: how unevenly the city hears, acts and spends, promised beforehand and replayed."""

import json
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from backend.audits.findings.code_version import code_version
from backend.audits.findings.parameters import KIND_OF, Kind
from backend.audits.findings.period import YEARS, Period, quarter_before, year_of
from backend.audits.findings.plans import promises_of, read_plan
from backend.audits.findings.preregister import Preregister, PromisedMetric, preregister
from backend.audits.findings.replay import replay
from backend.audits.findings.run_audit import RunAudit, compute_finding, store_finding
from backend.audits.findings.words import sentence_of
from backend.audits.models import Finding
from backend.audits.queries import (
    find_finding,
    find_preregistration,
    findings,
    preregistrations,
)
from backend.cli.city_context import in_city
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.places.queries import the_city

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def audit() -> None:
    """Audit how unevenly the city hears, acts and spends."""


@audit.command("run")
@click.option(
    "--from", "starts_on", type=_DAY, help="First day of a quarter. Default: the last one's."
)
@click.option("--until", "ends_on", type=_DAY, help="Last day of a quarter, included.")
@click.option(
    "--preregistration", "plan", type=int, help="Its quarter, with everything it promises."
)
@click.option(
    "--kind",
    "kinds",
    type=click.Choice([kind.value for kind in Kind]),
    multiple=True,
    help="What to look at; again for more. Default: everything.",
)
@click.option("--seed", type=click.IntRange(min=0), default=1, help="Of the intervals' draws.")
@in_city()
def run_command(
    starts_on: datetime | None,
    ends_on: datetime | None,
    plan: int | None,
    kinds: tuple[str, ...],
    seed: int,
) -> None:
    """Compute a finding, store it for good and publish it."""
    period = _period(starts_on, ends_on, plan)
    asked = RunAudit(period, frozenset(map(Kind, kinds)) or frozenset(Kind), seed)
    computed = compute_finding(current_session(), current_runtime().clock.now(), asked)
    with unit_of_work(OPERATOR) as work:
        id_ = store_finding(work, computed).id
    _show(find_finding(current_session(), id_))


@audit.command("list")
@in_city(only_reads=True)
def list_command() -> None:
    """Findings and preregistrations, newest first."""
    session = current_session()
    for finding in findings(session):
        click.echo(
            f"finding {finding.id}  {finding.starts_on} to {finding.ends_on}  "
            f"made {finding.made_at:%Y-%m-%d}  data {finding.data_sha256[:12]}"
        )
    for plan in preregistrations(session):
        click.echo(
            f"preregistration {plan.id}  {plan.starts_on} to {plan.ends_on}  "
            f"signed {plan.signed_at:%Y-%m-%d} by {plan.signed_by}  {plan.sha256[:12]}"
        )


@audit.command("show")
@click.argument("id_", metavar="ID", type=int)
@click.option("--json", "as_json", is_flag=True, help="The stored result, to the byte.")
@in_city(only_reads=True)
def show_command(id_: int, as_json: bool) -> None:
    """Print what a finding says."""
    finding = find_finding(current_session(), id_)
    if as_json:
        click.echo(finding.result)
    else:
        _show(finding)


@audit.command("replay")
@click.argument("id_", metavar="ID", type=int)
@in_city(only_reads=True)
def replay_command(id_: int) -> None:
    """Compute a finding again from its stored data; exit code 1 unless equal to the digit and the
    one the decision log knows."""
    finding = find_finding(current_session(), id_)
    again = replay(current_session(), finding)
    for one in again.unlike_log:
        click.echo(f"{one.where}: {one.stored} stored, {one.again} in the decision log")
    if not again.is_data_intact:
        click.echo(f"Finding {id_}: the stored data are not those it was computed from.")
        raise SystemExit(1)
    if not again.is_computable:
        click.echo(
            f"Finding {id_} was made by an earlier version of the program and cannot be computed "
            f"again with this one; {len(again.unlike_log)} differences from the decision log."
        )
        raise SystemExit(1)
    if not again.is_same_code:
        click.echo(
            f"Computed by {finding.code_version}; the code here is {code_version()}. Where a "
            "method has changed since, figures differ. The finding keeps those it was published "
            "with."
        )
    if again.is_equal:
        click.echo(f"Finding {id_}: equal to the digit.")
        return
    for one in again.differences:
        click.echo(f"{one.where}: {one.stored} stored, {one.again} now")
    click.echo(
        f"Finding {id_}: {len(again.differences)} differences when computed again, "
        f"{len(again.unlike_log)} from the decision log."
    )
    raise SystemExit(1)


@audit.command("preregister")
@click.argument("day", type=_DAY)
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    required=True,
    help="NAME or NAME=THRESHOLD, from which on a gap is called one; again for more. Names: "
    + ", ".join(KIND_OF),
)
@click.option(
    "--by", "groupings", multiple=True, required=True, help='As "districts", "fifths by income".'
)
@in_city()
def preregister_command(
    day: datetime, metrics: tuple[str, ...], groupings: tuple[str, ...]
) -> None:
    """Sign what the audit of the quarter of DAY will show, before that quarter begins."""
    command = Preregister(day.date(), tuple(map(_promised, metrics)), groupings)
    with unit_of_work(OPERATOR) as work:
        plan = preregister(work, command)
        click.echo(
            f"Preregistration {plan.id} for {plan.starts_on} to {plan.ends_on} is signed: "
            f"SHA-256 {plan.sha256}."
        )
        for one in promises_of(read_plan(plan.document)):
            gap = "" if one.threshold is None else f", a gap from {one.threshold:g} on"
            click.echo(f"- {one.metric} by {one.grouping}{gap}")


@audit.command("yearly")
@click.argument("year", type=click.IntRange(YEARS[0], YEARS[-1]))
@click.option("--out", type=click.Path(path_type=Path), help="Default: audit-YEAR.html here.")
@click.option("--pdf", is_flag=True, help="A PDF beside it, through the system's Chromium.")
@in_city()
def yearly_command(year: int, out: Path | None, pdf: bool) -> None:
    """Audit a year, or its quarters that are over, into one file that needs nothing else."""
    # The pages are slow to import, and only this command writes one.
    from backend.cli.yearly_audit import check_can_write, write_yearly

    path = out or Path(f"audit-{year}.html")
    check_can_write(path, is_pdf_wanted=pdf)
    asked = RunAudit(year_of(year, _today()))
    computed = compute_finding(current_session(), current_runtime().clock.now(), asked)
    with unit_of_work(OPERATOR) as work:
        id_ = store_finding(work, computed).id
    write_yearly(id_, path, is_pdf_wanted=pdf)


def _period(starts_on: datetime | None, ends_on: datetime | None, plan: int | None) -> Period:
    if plan is not None:
        if starts_on or ends_on:
            raise click.UsageError("A preregistration has its own days: leave out --from, --until.")
        stored = find_preregistration(current_session(), plan)
        return Period(stored.starts_on, stored.ends_on)
    if starts_on and ends_on:
        return Period(starts_on.date(), ends_on.date())
    if starts_on or ends_on:
        raise click.UsageError("Give both --from and --until, or neither.")
    return quarter_before(_today())


def _today() -> date:
    zone = ZoneInfo(the_city(current_session()).time_zone)
    return current_runtime().clock.now().astimezone(zone).date()


def _promised(text: str) -> PromisedMetric:
    name, _, threshold = text.partition("=")
    try:
        return PromisedMetric(name, float(threshold) if threshold else None)
    except ValueError as error:
        raise click.UsageError(f"{threshold} is no number.") from error


def _show(finding: Finding) -> None:
    result = json.loads(finding.result)
    click.echo(
        f"Finding {finding.id}: {finding.starts_on} to {finding.ends_on}, "
        f"{result['counts']['problems']} problems, {result['counts']['reports']} reports."
    )
    lines = [line for line in result["measures"] if line["is_gap"]]
    if not lines and len(result["districts"]) == 1:
        # There is nothing to set against it, so its own figures are all there is to say.
        lines = result["measures"]
    for line in lines:
        click.echo(f"- {line['metric']}: {sentence_of(line, result['currency'])}")
    if not lines:
        click.echo("Groups of districts cannot be compared here.")
    click.echo(f"Data SHA-256: {finding.data_sha256}")
