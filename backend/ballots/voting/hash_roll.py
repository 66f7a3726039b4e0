"""A register as a city keeps it, to the rows of a roll: what names a person ends here.

Columns of the file: `register_number`, and where there are any `district`, `email`, `phone`. The
plain register is read from a stream and kept nowhere.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace

from backend.accounts.contact_address import AddressKind, read_address
from backend.ballots.voting.codes import code_from
from backend.ballots.voting.commands import RollRow
from backend.ballots.voting.voter_hashes import RollHashes
from backend.core.errors import Invalid

HASHED_COLUMNS = tuple(one.name for one in fields(RollRow) if one.name != "line")
PLAIN_COLUMNS = ("register_number", "district", "email", "phone")


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes to one person by post; never stored."""

    register_number: str
    code: str


def read_roll(text: Iterable[str], hashes: RollHashes, region: str) -> list[RollRow]:
    """The rows of a file, plain or hashed, with their lines.

    `region` is the country of phone numbers without a plus. Raises `Invalid` on columns or
    addresses that cannot be, and on a voter whom the file has twice.
    """
    return _each_once(_read(text, hashes, region))


def _read(text: Iterable[str], hashes: RollHashes, region: str) -> Iterator[RollRow]:
    rows = csv.DictReader(text)
    columns = set(rows.fieldnames or ())
    if "voter_key" in columns:
        _check_columns(columns, HASHED_COLUMNS)
        for row in rows:
            values = {name: row[name] or None for name in columns - {"voter_key"}}
            yield RollRow(row["voter_key"], **values, line=rows.line_num)
        return
    for line, row in _plain_rows(rows, columns):
        yield _hashed(row, line, hashes, region)


def read_register(
    text: Iterable[str], hashes: RollHashes, region: str, draw: Callable[[], str]
) -> list[tuple[RollRow, Letter]]:
    """As `read_roll` of a plain file, each row with an access code from `draw` for a letter."""
    rows = csv.DictReader(text)
    plain = list(_plain_rows(rows, set(rows.fieldnames or ())))
    hashed = _each_once(_hashed(row, line, hashes, region) for line, row in plain)
    letters = [Letter(row["register_number"], code_from(draw())) for _, row in plain]
    return [
        (replace(row, code_hash=hashes.code(letter.code)), letter)
        for row, letter in zip(hashed, letters, strict=True)
    ]


def _each_once(rows: Iterable[RollRow]) -> list[RollRow]:
    """The rows; raises `Invalid` with both lines of a voter who is there twice."""
    by_voter: dict[str, RollRow] = {}
    for row in rows:
        first = by_voter.setdefault(row.voter_key, row)
        if first is not row:
            raise Invalid("roll-voter-twice", lines=[first.line or 0, row.line or 0])
    return list(by_voter.values())


def _plain_rows(
    rows: "csv.DictReader[str]", columns: set[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    if "register_number" not in columns:
        raise Invalid("roll-columns", found=sorted(columns), known=PLAIN_COLUMNS)
    _check_columns(columns, PLAIN_COLUMNS)
    for row in rows:
        if not any(map(str.isalnum, row["register_number"] or "")):
            raise Invalid("roll-number-missing", line=rows.line_num)
        yield rows.line_num, row


def _check_columns(columns: set[str], known: tuple[str, ...]) -> None:
    if not columns <= set(known):
        raise Invalid("roll-columns", found=sorted(columns), known=known)


def _hashed(row: dict[str, str], line: int, hashes: RollHashes, region: str) -> RollRow:
    contacts = {
        kind: _contact(row.get(kind.value) or "", kind, line, hashes, region)
        for kind in AddressKind
    }
    return RollRow(
        hashes.voter(row["register_number"]),
        row.get("district") or None,
        contacts[AddressKind.EMAIL],
        contacts[AddressKind.PHONE],
        line=line,
    )


def _contact(
    text: str, kind: AddressKind, line: int, hashes: RollHashes, region: str
) -> str | None:
    if not text.strip():
        return None
    try:
        address = read_address(text, region)
    except Invalid as error:
        raise Invalid("roll-contact-not-valid", line=line, column=kind.value) from error
    if address.kind is not kind:
        raise Invalid("roll-contact-not-valid", line=line, column=kind.value)
    return hashes.contact(address)
