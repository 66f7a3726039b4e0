"""What lets visitors of the made-up city vote, and its trustees count: kept in files beside it.

A real city prints codes once and keeps them nowhere, and its trustees' key is on no server. Here
anybody is to try both, so the folder of the demo has them. The box has no secrets from whoever
reads that folder.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from backend.ballots.voting.voting_key_file import make_key_files

TRUSTEES_KEY = "trustees-key.json"
_CODES = "visitors-codes.json"


@dataclass(frozen=True, slots=True)
class VisitorCode:
    """One right to vote, for the whole city and the district `place`, where there is one."""

    code: str
    place: str | None


@dataclass(frozen=True, slots=True)
class VisitorCodes:
    """The codes for the vote of the budget at `slug`."""

    slug: str
    codes: tuple[VisitorCode, ...]


def make_trustees_key(data_dir: Path) -> str:
    """Write a key for the trustees, in the place of one of a city that was never finished; returns
    its public half."""
    draft = data_dir / f"{TRUSTEES_KEY}.{os.getpid()}"
    public = make_key_files(str(draft), shares=1)
    draft.replace(data_dir / TRUSTEES_KEY)
    return public


def keep_codes(data_dir: Path, codes: VisitorCodes) -> None:
    """Write them, whole or not at all, for their owner alone."""
    draft = data_dir / f"{_CODES}.{os.getpid()}"
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(codes), indent=1))
    draft.replace(data_dir / _CODES)


def read_codes(data_dir: Path) -> VisitorCodes | None:
    """The codes as they were kept; None in a city that was made up before there were any."""
    path = data_dir / _CODES
    if not path.is_file():
        return None
    document = json.loads(path.read_text())
    codes = tuple(VisitorCode(**one) for one in document["codes"])
    return VisitorCodes(document["slug"], codes)
