"""`log`: checking the decision log."""

from typing import TextIO

import click

from backend.cli.city_context import in_city, refusals_in_words
from backend.cli.own_key import OtherKeyError
from backend.core.check_log import read_mark
from backend.core.db import current_session
from backend.core.decision_file import read_entries
from backend.core.decision_log import (
    Fault,
    chain_faults,
    find_faults,
    is_sealed_with,
    log_end,
)
from backend.core.runtime import current_runtime
from backend.reports.intake.check_entries import entry_faults


def _read_head(_context: object, _option: object, text: str | None) -> str | None:
    try:
        return None if text is None else read_mark(text)
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from error


@click.group()
def log() -> None:
    """The log of decisions."""


@log.command("verify")
@click.option(
    "--head",
    callback=_read_head,
    help="A hash noted earlier, or its first 12 digits, that the log must still contain.",
)
@click.option("--file", type=click.File(encoding="utf-8"), help="A copy of /decisions.jsonl.")
def verify_command(head: str | None, file: TextIO | None) -> None:
    """Find any entry that was edited, deleted or reordered; exit code 1 where there is one.

    With --file anybody can check a city's published log; without, the operator checks the
    database, and with its key that the end was not cut off, and who typed residents' reports.
    """
    faults, end = _check_database(head) if file is None else _check_file(file, head)
    _tell(faults)
    if faults:
        raise SystemExit(1)
    if head:
        click.echo(f"It has the hash you noted, by {len(head)} of its 64 digits.")
    click.echo(f"{end[0]} entries, whole and in order. Head: {end[1]}")


@in_city(only_reads=True, is_key_needed=False)
def _check_database(head: str | None) -> tuple[list[Fault], tuple[int, str]]:
    session, runtime = current_session(), current_runtime()
    key = runtime.settings.hash_key
    faults = list(find_faults(session, key, head))
    if not is_sealed_with(session, key):
        _tell(faults)
        raise OtherKeyError(
            "Who typed residents' reports was not checked: that needs the key. Set the keys the "
            "city began with, and check again."
        )
    faults += entry_faults(session, runtime)
    return faults, (0, "") if faults else log_end(session)


def _tell(faults: list[Fault]) -> None:
    for fault in faults:
        click.echo(f"Entry {fault.sequence}: {fault.words}.", err=True)


def _check_file(file: TextIO, head: str | None) -> tuple[list[Fault], tuple[int, str]]:
    faults: list[Fault] = []
    with refusals_in_words():
        checking = chain_faults(read_entries(file), head)
        while True:
            try:
                faults.append(next(checking))
            except StopIteration as end:
                if not end.value[0]:
                    faults.append(Fault(1, "is missing: the file is empty, nothing was checked"))
                return faults, end.value
            except UnicodeDecodeError as error:
                raise click.ClickException("The file is not text in UTF-8.") from error
