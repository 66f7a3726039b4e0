"""`jobs`: what the worker gave up, and another try."""

from uuid import UUID

import click

from backend.cli.city_context import in_city
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.failed_jobs import failed_jobs, try_again
from backend.core.uow import unit_of_work

_KIND = click.option("--kind", default="", help="Only jobs of this kind.")


@click.group()
def jobs() -> None:
    """Work that failed too often to be tried again by itself."""


@jobs.command("failed")
@_KIND
@in_city(only_reads=True)
def failed_command(kind: str) -> None:
    """List what was given up, oldest first: id, kind, when it was left, the last error."""
    for job in failed_jobs(current_session(), kind):
        moment = f"{job.created_at:%Y-%m-%d %H:%M}"
        click.echo("\t".join((str(job.id), job.kind, moment, job.last_error or "")))


@jobs.command("retry")
@click.argument("job", type=click.UUID, required=False)
@_KIND
@in_city()
def retry_command(job: UUID | None, kind: str) -> None:
    """Try once more what was given up: JOB alone, or everything."""
    with unit_of_work(OPERATOR) as work:
        found = failed_jobs(work.session, kind, job)
        try_again(work, found)
    click.echo(f"{len(found)} jobs are tried again within a minute.")
