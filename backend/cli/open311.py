"""`open311`: keys of other programs, what they sent without a place, and the bulk file."""

from uuid import UUID

import click

from backend.accounts.api_keys import IssueKey, api_keys, issue_key, revoke_key
from backend.cli.city_context import in_city
from backend.core.actors import OPERATOR
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.failed_jobs import failed_jobs, try_again
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.open311.bulk import CSV, FORMS, bulk_pieces
from backend.open311.place_report import PlaceReport, place_report
from backend.open311.push_target import SetPushTarget, remove_push_target, set_push_target
from backend.open311.push_update import JOB
from backend.open311.unplaced import unplaced_reports
from backend.reports.public_requests import RequestFilter, stream_public_requests


@click.group()
def open311() -> None:
    """Other programs: their keys, what is told to them, and the bulk file."""


@open311.command("bulk")
@click.option("--form", type=click.Choice(FORMS), default=CSV, show_default=True)
@in_city(only_reads=True)
def bulk_command(form: str) -> None:
    """Write every request (GeoReport Bulk) to standard output."""
    requests = stream_public_requests(current_session(), RequestFilter())
    for piece in bulk_pieces(requests, form):
        click.echo(piece, nl=False)


@open311.group("keys")
def keys() -> None:
    """API keys, which are named by their first characters."""


@keys.command("issue")
@click.argument("holder")
@click.option(
    "--channel",
    type=click.Choice([one.value for one in Channel]),
    default=Channel.OTHER.value,
    show_default=True,
    help="How reports sent with it reached the city.",
)
@click.option(
    "--desk", is_flag=True, help="It speaks for the city: its updates are answers and steps."
)
@in_city()
def issue_command(holder: str, channel: str, desk: bool) -> None:
    """Give HOLDER, a program or an organisation, a key. It is shown this once."""
    with unit_of_work(OPERATOR) as work:
        key = issue_key(work, IssueKey(holder, Channel(channel), desk))
    click.echo(key)


@keys.command("list")
@in_city(only_reads=True)
def list_command() -> None:
    """Show every key: its beginning, holder, channel, role and days."""
    for key in api_keys(current_session()):
        until = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "in use"
        issued = f"issued {key.issued_at:%Y-%m-%d}"
        click.echo("\t".join((key.prefix, key.holder, key.channel, key.role, issued, until)))


@keys.command("revoke")
@click.argument("prefix")
@in_city()
def revoke_command(prefix: str) -> None:
    """Let the key that begins with PREFIX be of no use any more."""
    with unit_of_work(OPERATOR) as work:
        revoke_key(work, prefix)
    click.echo(f"{prefix} is revoked.")


@open311.group("push")
def push() -> None:
    """Telling clients of updates instead of waiting to be asked."""


@push.command("set")
@click.argument("prefix")
@click.argument("url")
@click.option("--jurisdiction", default="", help="The jurisdiction_id their endpoint wants.")
@click.option("--key", prompt=True, hide_input=True, help="The api_key their endpoint wants.")
@in_city()
def set_command(prefix: str, url: str, jurisdiction: str, key: str) -> None:
    """Send updates of reports that came with the key PREFIX to the endpoint at URL."""
    with unit_of_work(OPERATOR) as work:
        set_push_target(work, SetPushTarget(prefix, url, key, jurisdiction))
    click.echo(f"Updates of reports from {prefix} are sent to {url}.")


@push.command("remove")
@click.argument("prefix")
@in_city()
def remove_command(prefix: str) -> None:
    """Send the holder of the key PREFIX no updates any more."""
    with unit_of_work(OPERATOR) as work:
        remove_push_target(work, prefix)
    click.echo(f"Updates of reports from {prefix} are not sent any more.")


@push.command("failed")
@in_city(only_reads=True)
def failed_command() -> None:
    """List the updates that were given up."""
    for job in failed_jobs(current_session(), JOB):
        number, moment = job.payload["number"], f"{job.created_at:%Y-%m-%d %H:%M}"
        click.echo("\t".join((moment, number, job.last_error or "")))


@push.command("retry")
@in_city()
def retry_command() -> None:
    """Send every update that was given up once more."""
    with unit_of_work(OPERATOR) as work:
        given_up = failed_jobs(work.session, JOB)
        try_again(work, given_up)
    click.echo(f"{len(given_up)} updates are sent again.")


@open311.command("unplaced")
@in_city(only_reads=True)
def unplaced_command() -> None:
    """List the reports that came with an address alone: token, service, address, words."""
    for report in unplaced_reports(current_session(), current_runtime().keyring):
        words = " ".join(report.description.split())
        click.echo("\t".join((str(report.id), report.service_code, report.address or "", words)))


@open311.command("place", context_settings={"ignore_unknown_options": True})
@click.argument("token", type=click.UUID)
@click.argument("lat", type=float)
@click.argument("long", type=float)
@in_city()
def place_command(token: UUID, lat: float, long: float) -> None:
    """Say that the report behind TOKEN is at LAT LONG, in degrees."""
    with unit_of_work(OPERATOR) as work:
        number = place_report(work, PlaceReport(token, long, lat))
    click.echo(f"It is report {number}.")
