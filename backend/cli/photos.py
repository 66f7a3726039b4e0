"""`photos`: what waits for a person's judgement, and the judgement."""

from pathlib import Path
from uuid import UUID

import click

from backend.cli.city_context import in_city
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.errors import NotFound
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.photos.commands import ModeratePhoto, RedactPhoto, Verdict
from backend.photos.moderate_photo import moderate_photo, redact_photo
from backend.photos.queries import photos_to_review, rendered_photo
from backend.photos.stored_names import picture_name

_REASON = click.option("--reason", required=True, help="Words that whoever took it can read.")


@click.group()
def photos() -> None:
    """Look at photos before everybody does."""


@photos.command("waiting")
@click.option("--limit", default=50, show_default=True, help="How many to list at most.")
@in_city(only_reads=True)
def waiting_command(limit: int) -> None:
    """List the photos nobody has looked at, longest wait first."""
    for photo in photos_to_review(current_session(), limit=limit):
        what = f"{photo.kind} {photo.number}"
        click.echo(f"{photo.rendering_id}  {what}  {photo.width} x {photo.height}")


@photos.command("show")
@click.argument("photo", type=click.UUID)
@click.argument("file", type=click.Path(path_type=Path, exists=False))
@in_city(only_reads=True)
def show_command(photo: UUID, file: Path) -> None:
    """Write the photo to a file, to look at it."""
    rendered_photo(current_session(), photo)
    data = current_runtime().media.get(picture_name(photo))
    if data is None:
        raise NotFound("photo-not-found")
    file.write_bytes(data)


@photos.command("approve")
@click.argument("photo", type=click.UUID)
@in_city()
def approve_command(photo: UUID) -> None:
    """Show the photo to everybody."""
    with unit_of_work(OPERATOR) as work:
        moderate_photo(work, ModeratePhoto(photo, Verdict.APPROVE))
    click.echo("Everybody can see it now.")


@photos.command("refuse")
@click.argument("photo", type=click.UUID)
@_REASON
@in_city()
def refuse_command(photo: UUID, reason: str) -> None:
    """Show the photo to nobody."""
    with unit_of_work(OPERATOR) as work:
        moderate_photo(work, ModeratePhoto(photo, Verdict.REFUSE, reason))
    click.echo("Nobody can see it now; for 30 days approving undoes this.")


@photos.command("cover")
@click.argument("photo", type=click.UUID)
@click.option(
    "--box",
    "boxes",
    type=(float, float, float, float),
    required=True,
    multiple=True,
    metavar="LEFT TOP RIGHT BOTTOM",
    help="Fractions of width and height, such as 0.4 0.1 0.6 0.3; may be given several times.",
)
@_REASON
@in_city()
def cover_command(
    photo: UUID, boxes: tuple[tuple[float, float, float, float], ...], reason: str
) -> None:
    """Cover parts of the photo for good."""
    with unit_of_work(OPERATOR) as work:
        after = redact_photo(work, RedactPhoto(photo, boxes, reason))
    click.echo(f"The worker covers it; from then on it is {after}.")
