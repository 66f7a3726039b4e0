"""A register as a city keeps it, to the rows of a roll: what names a person ends here.

Columns of the file: `register_number`, and where there are any `district`, `email`, `phone`. The
plain register is read from a stream and kept nowhere.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields

from backend.accounts.contact_address import AddressKind, read_address
from backend.ballots.voting.codes import code_from
from backend.ballots.voting.commands import RollRow
from backend.ballots.voting.voter_hashes import RollHashes
from backend.core.errors import Invalid

HASHED_COLUMNS = tuple(one.name for one in fields(RollRow))
PLAIN_COLUMNS = ("register_number", "district", "email", "phone")


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes to one person by post; never stored."""

    register_number: str
    code: str


def read_roll(text: Iterable[str], hashes: RollHashes, region: str) -> Iterator[RollRow]:
    """The rows of a file, plain or hashed; raises `Invalid` on columns or addresses that cannot be.

    `region` is the country of phone numbers without a plus.
    """
    rows = csv.DictReader(text)
    columns = set(rows.fieldnames or ())
    if "voter_key" in columns:
        _check_columns(columns, HASHED_COLUMNS)
        for row in rows:
            yield RollRow(row["voter_key"], **{n: row[n] or None for n in columns - {"voter_key"}})
        return
    for number, row in _plain_rows(rows, columns):
        yield _hashed(row, number, hashes, region)


def read_register(
    text: Iterable[str], hashes: RollHashes, region: str, draw: Callable[[], str]
) -> Iterator[tuple[RollRow, Letter]]:
    """As `read_roll` of a plain file, each row with an access code from `draw` for a letter."""
    rows = csv.DictReader(text)
    for number, row in _plain_rows(rows, set(rows.fieldnames or ())):
        letter = Letter(row["register_number"], code_from(draw()))
        hashed = _hashed(row, number, hashes, region)
        yield (
            RollRow(
                hashed.voter_key,
                hashed.district,
                hashed.email_hash,
                hashed.phone_hash,
                hashes.code(letter.code),
            ),
            letter,
        )


def _plain_rows(
    rows: "csv.DictReader[str]", columns: set[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    if "register_number" not in columns:
        raise Invalid("roll-columns", found=sorted(columns), known=PLAIN_COLUMNS)
    _check_columns(columns, PLAIN_COLUMNS)
    for number, row in enumerate(rows, start=1):
        if not any(map(str.isalnum, row["register_number"] or "")):
            raise Invalid("roll-number-missing", row=number)
        yield number, row


def _check_columns(columns: set[str], known: tuple[str, ...]) -> None:
    if not columns <= set(known):
        raise Invalid("roll-columns", found=sorted(columns), known=known)


def _hashed(row: dict[str, str], number: int, hashes: RollHashes, region: str) -> RollRow:
    contacts = {
        kind: _contact(row.get(kind.value) or "", kind, number, hashes, region)
        for kind in AddressKind
    }
    return RollRow(
        hashes.voter(row["register_number"]),
        row.get("district") or None,
        contacts[AddressKind.EMAIL],
        contacts[AddressKind.PHONE],
    )


def _contact(
    text: str, kind: AddressKind, number: int, hashes: RollHashes, region: str
) -> str | None:
    if not text.strip():
        return None
    try:
        address = read_address(text, region)
    except Invalid as error:
        raise Invalid("roll-contact-not-valid", row=number, column=kind.value) from error
    if address.kind is not kind:
        raise Invalid("roll-contact-not-valid", row=number, column=kind.value)
    return hashes.contact(address)
