"""`cycle`: a participatory budget from its file to the settled ballot."""

import csv
import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from backend.ballots.cycle.commands import MoveDate, SetBudgets, SettleVote
from backend.ballots.cycle.create_cycle import create_cycle, redraft_cycle
from backend.ballots.cycle.describe_cycle import cycle_document
from backend.ballots.cycle.move_date import move_date
from backend.ballots.cycle.phases import ORDER, Calendar, Phase, Span
from backend.ballots.cycle.publish_cycle import publish_cycle
from backend.ballots.cycle.queries import calendar_of, cycles, find_cycle, parts_of
from backend.ballots.cycle.set_budgets import set_budgets
from backend.ballots.cycle.settle_vote import settle_vote
from backend.ballots.cycle.statement import amount_words
from backend.ballots.voting.form_faults import form_faults
from backend.cli.city_context import in_city
from backend.cli.cycle_file import read_cycle
from backend.cli.printing import print_json
from backend.cli.project_file import read_projects
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.errors import DomainError, Invalid
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.places.queries import the_city

_FILE = click.Path(path_type=Path)
_MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"])


@click.group()
def cycle() -> None:
    """Draft, publish and settle a participatory budget."""


@cycle.command("list")
@in_city(only_reads=True)
def list_command() -> None:
    """List the cycles, newest first: short name, where it stands, title."""
    session, now = current_session(), current_runtime().clock.now()
    found = cycles(session)
    width = max((len(one.slug) for one in found), default=0)
    for one in found:
        standing = (
            "draft" if one.published_at is None else _standing(calendar_of(session, one), now)
        )
        click.echo(f"{one.slug:{width}}  {standing:19}  {one.title}")


@cycle.command("create")
@click.argument("file", type=_FILE)
@click.option("--again", is_flag=True, help="Put it in the place of the draft that is there.")
@in_city()
def create_command(file: Path, again: bool) -> None:
    """Draft the cycle in the TOML FILE; nothing of it is public."""
    found = read_cycle(file, _zone())
    draft = redraft_cycle if again else create_cycle
    try:
        with unit_of_work(OPERATOR) as work:
            draft(work, found.command)
    except DomainError as error:
        raise found.located(error) from error
    click.echo(f"{found.command.slug} is drafted. Look at it, then: cycle publish")


@cycle.command("publish")
@click.argument("slug")
@in_city()
def publish_command(slug: str) -> None:
    """Make the draft public; from then on what it says stands."""
    with unit_of_work(OPERATOR) as work:
        publish_cycle(work, slug, form_faults)
    click.echo(f"{slug} is published: /budget/{slug}")


@cycle.command("dates")
@click.argument("slug")
@click.option("--move", "phase", type=click.Choice([phase.value for phase in ORDER]))
@click.option("--starts", type=_MOMENT, help="The city's time; without, as it is.")
@click.option("--ends", type=_MOMENT, help="The city's time; without, as it is.")
@click.option("--reason", help="Everybody can read it.")
@in_city()
def dates_command(
    slug: str,
    phase: str | None,
    starts: datetime | None,
    ends: datetime | None,
    reason: str | None,
) -> None:
    """List the dates, or move those of one phase for a reason."""
    session, zone = current_session(), _zone()
    spans = calendar_of(session, find_cycle(session, slug)).spans
    if phase is not None:
        old = spans[Phase(phase)]
        span = Span(
            starts.replace(tzinfo=zone) if starts else old.starts_at,
            ends.replace(tzinfo=zone) if ends else old.ends_at,
        )
        with unit_of_work(OPERATOR) as work:
            move_date(work, MoveDate(slug, Phase(phase), span, reason or ""))
        spans = {**spans, Phase(phase): span}
    elif starts or ends or reason:
        raise click.UsageError("--starts, --ends and --reason belong to --move PHASE.")
    for one, span in spans.items():
        starts_at, ends_at = (moment.astimezone(zone) for moment in (span.starts_at, span.ends_at))
        click.echo(f"{one.value:14}{starts_at:%Y-%m-%d %H:%M} to {ends_at:%Y-%m-%d %H:%M}")


@cycle.command("budgets")
@click.argument("slug")
@click.option("--figures", type=_FILE, help="A CSV: district and a column for each measure.")
@in_city()
def budgets_command(slug: str, figures: Path | None) -> None:
    """Compute the districts' money by the published formula, from the census and FIGURES."""
    table, source = ({}, "") if figures is None else _figures(figures)
    with unit_of_work(OPERATOR) as work:
        found = set_budgets(work, SetBudgets(slug, table, source))
        for part in parts_of(work.session, found):
            click.echo(f"{part.name}: {amount_words(found, part.budget)}")


@cycle.group("projects")
def projects() -> None:
    """What is voted on."""


@projects.command("import")
@click.argument("slug")
@click.argument("file", type=_FILE)
@in_city()
def import_projects_command(slug: str, file: Path) -> None:
    """Settle the ballot of SLUG with the projects in the CSV FILE."""
    scale = find_cycle(current_session(), slug).money_scale
    found = read_projects(file, scale)
    with unit_of_work(OPERATOR) as work:
        settle_vote(work, SettleVote(slug, found))
    click.echo(f"{len(found)} projects stand on the ballot of {slug}.")


@cycle.command("show")
@click.argument("slug")
@in_city(only_reads=True)
def show_command(slug: str) -> None:
    """Everything about a cycle, drafts too, as JSON."""
    session = current_session()
    document = cycle_document(session, find_cycle(session, slug), current_runtime().clock.now())
    print_json(document)


def _standing(calendar: Calendar, now: datetime) -> str:
    phase, following = calendar.phase_at(now), calendar.next_phase(now)
    return phase or (f"before {following}" if following else "over")


def _zone() -> ZoneInfo:
    return ZoneInfo(the_city(current_session()).time_zone)


def _figures(path: Path) -> tuple[dict[str, dict[str, str]], str]:
    """Measures by district as text, and the file's name with the start of its SHA-256."""
    try:
        content = path.read_bytes()
        rows: list[dict[str, Any]] = list(
            csv.DictReader(content.decode("utf-8-sig").splitlines(), restval="")
        )
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Invalid("figures-not-readable", file=path.name, why=str(error)) from error
    if not rows or "district" not in rows[0]:
        raise Invalid("figures-without-districts", file=path.name)
    table = {
        measure: {row["district"].strip(): row[measure].strip() for row in rows}
        for measure in rows[0]
        if measure not in (None, "district")
    }
    return table, f"{path.name} ({hashlib.sha256(content).hexdigest()[:16]})"
