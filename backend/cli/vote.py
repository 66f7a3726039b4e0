"""`vote`: the key, the roll, the codes and the count of a budget's vote."""

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

import click

from backend.ballots.voting.access_codes import make_codes, void_codes
from backend.ballots.voting.clear_traces import clear_traces
from backend.ballots.voting.commands import (
    CountBallots,
    ImportRoll,
    MakeCodes,
    PrepareVote,
    VoidCodes,
)
from backend.ballots.voting.count_ballots import count_ballots
from backend.ballots.voting.envelope import key_fingerprint
from backend.ballots.voting.hash_roll import HASHED_COLUMNS, read_register, read_roll
from backend.ballots.voting.import_roll import import_roll
from backend.ballots.voting.open_box import open_box
from backend.ballots.voting.prepare_vote import set_voting_key
from backend.ballots.voting.queries import prepared_vote
from backend.ballots.voting.voter_hashes import RollHashes, roll_hashes
from backend.ballots.voting.voting_key_file import MOST_SHARES, make_key_files, read_key_files
from backend.cli.city_context import in_city, refusals_in_words
from backend.cli.private_file import private_file
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.core.ids import SystemIds
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work

_KEY_FILES = click.option(
    "--key", "keys", type=click.Path(exists=True), multiple=True, required=True,
    help="A file of `vote new-key`; every share of it.",
)  # fmt: skip
_FILE_TO_WRITE = click.Path(dir_okay=False, writable=True)
_REGION = click.option("--region", default="", help="Country of phone numbers without a plus.")


@click.group()
def vote() -> None:
    """Vote on the projects of a budget."""


@vote.command("new-key")
@click.argument("file", type=click.Path())
@click.option(
    "--shares", type=click.IntRange(1, MOST_SHARES), default=1, help="Files that are all needed."
)
def new_key_command(file: str, shares: int) -> None:
    """Make the key ballots are sealed to, on a trustee's machine; print its public half.

    Whoever holds every share can open ballots: give each to somebody else and none to the server.
    """
    with refusals_in_words():
        public_key = make_key_files(file, shares)
    click.echo(public_key)
    click.echo(f"Its fingerprint: {key_fingerprint(public_key)}", err=True)


@vote.command("set-key")
@click.argument("slug")
@click.argument("public_key")
@click.option("--replace", is_flag=True, help="Take it in place of the key that is set.")
@click.option("--reason", default="", help="Why another one; public.")
@in_city()
def set_key_command(slug: str, public_key: str, replace: bool, reason: str) -> None:
    """Seal the ballots of the cycle SLUG to PUBLIC_KEY, on any day before the vote."""
    with unit_of_work(OPERATOR) as work:
        key = set_voting_key(work, PrepareVote(slug, public_key, replace, reason))
    click.echo(f"Ballots of {slug} are sealed to {key}, fingerprint {key_fingerprint(key)}.")


@vote.command("roll-key")
@click.argument("slug")
@in_city()
def roll_key_command(slug: str) -> None:
    """Print the key that the register's own machine hashes the roll of SLUG with."""
    click.echo(roll_hashes(current_runtime().settings.hash_key, slug).key)


@vote.command("hash-roll")
@click.argument("register", type=click.File(encoding="utf-8-sig"))
@click.option("--key", envvar="ROLL_KEY", required=True, help="What `vote roll-key` printed.")
@click.option("--letters", type=_FILE_TO_WRITE, help="Make codes, and write who gets which.")
@_REGION
def hash_roll_command(register: TextIO, key: str, letters: str | None, region: str) -> None:
    """Write the register, a CSV file, as a roll of keyed hashes; needs no database."""
    hashes = RollHashes(key)
    with refusals_in_words(), _file_in_words():
        if letters is None:
            rows = read_roll(register, hashes, region)
        else:
            addressed = read_register(register, hashes, region, SystemIds().token)
            rows = [row for row, _ in addressed]
            with private_file(letters) as file:
                post = csv.writer(file)
                post.writerow(("register_number", "code"))
                post.writerows((letter.register_number, letter.code) for _, letter in addressed)
    roll = csv.writer(sys.stdout)
    roll.writerow(HASHED_COLUMNS)
    roll.writerows([getattr(row, name) or "" for name in HASHED_COLUMNS] for row in rows)


@vote.command("import-roll")
@click.argument("slug")
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@in_city()
def import_roll_command(slug: str, file: TextIO) -> None:
    """Add the roll in FILE, hashed or plain; a plain one is hashed at once and never stored."""
    runtime = current_runtime()
    hashes = roll_hashes(runtime.settings.hash_key, slug)
    with _file_in_words():
        rows = read_roll(file, hashes, runtime.settings.phone_region)
    with unit_of_work(OPERATOR) as work:
        imported = import_roll(work, ImportRoll(slug, rows))
    click.echo(
        f"{imported.added} came onto the roll, {imported.changed} were changed, "
        f"{imported.known} were there already."
    )


@vote.command("codes")
@click.argument("slug")
@click.option("--count", type=int, required=True)
@click.option("--batch", required=True, help="A name for these codes, to end them by.")
@click.option("--kind", type=click.Choice(["real", "test"]), default="real")
@click.option("--district", help="Whose part they may vote in; none: only for the whole city.")
@click.option("--out", type=_FILE_TO_WRITE, help="Write them here, for your eyes alone.")
@in_city()
def codes_command(slug: str, out: str | None, kind: str, **of_batch: Any) -> None:
    """Print new access codes, this once; each is a right to vote."""
    with unit_of_work(OPERATOR) as work:
        made = make_codes(work, MakeCodes(slug, is_test=kind == "test", **of_batch))
        if out is not None:
            with private_file(out) as file:
                file.writelines(f"{code}\n" for code in made)
    click.echo("\n".join(made) if out is None else f"{len(made)} codes are in {out}.")


@vote.command("void")
@click.argument("slug")
@click.option("--batch")
@click.option("--code")
@click.option("--reason", required=True, help="Public.")
@in_city()
def void_command(slug: str, batch: str | None, code: str | None, reason: str) -> None:
    """End what is unused of a batch, or one code."""
    if (batch is None) == (code is None):
        raise click.UsageError("Say --batch or --code.")
    with unit_of_work(OPERATOR) as work:
        ended = void_codes(work, VoidCodes(slug, reason, batch, code))
    click.echo(f"{ended.voided} codes ended; {ended.used} were used before.")


@vote.command("rehearse")
@click.argument("slug")
@_KEY_FILES
@in_city()
def rehearse_command(slug: str, keys: tuple[str, ...]) -> None:
    """Open the ballots of test codes before the vote: does the key fit, does all work?"""
    session = current_session()
    box = open_box(
        session,
        prepared_vote(session, current_runtime(), slug),
        read_key_files(keys),
        is_test=True,
    )
    click.echo(f"{len(box.ballots)} test ballots open, {box.unreadable} do not.")
    for ballot in box.ballots:
        parts = (f"{code}: {' '.join(one.projects)}" for code, one in ballot.parts.items())
        click.echo(f"{ballot.receipt}  {'; '.join(parts)}")


@vote.command("count")
@click.argument("slug")
@_KEY_FILES
@click.option("--set-aside", is_flag=True, help="Count without envelopes that do not open.")
@click.option("--without-paper", default="", help="Why batches are left out; public.")
@in_city()
def count_command(slug: str, keys: tuple[str, ...], **options: Any) -> None:
    """Open the box after the vote, count every part, and delete the envelopes."""
    with unit_of_work(OPERATOR) as work:
        command = CountBallots(
            slug, read_key_files(keys), options["set_aside"], options["without_paper"]
        )
        counted = count_ballots(work, command)
    click.echo(f"{counted.ballots} ballots counted, {counted.unreadable} set aside.")
    for part, election in counted.elections.items():
        click.echo(f"{part}: /elections/{election}")
    _clear_traces()


@vote.command("clear-traces")
@in_city()
def clear_traces_command() -> None:
    """Delete what the database keeps of ballots and roll after a count, as the count does."""
    _clear_traces()


@contextmanager
def _file_in_words() -> Iterator[None]:
    """Refuse a roll or register that is no CSV file in UTF-8."""
    try:
        yield
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid("roll-not-text") from error


def _clear_traces() -> None:
    if not clear_traces(current_session()):
        raise click.ClickException(
            "The journal could not be emptied while somebody else reads or writes. "
            "Run: python -m backend vote clear-traces"
        )
