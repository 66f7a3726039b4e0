"""The files in which trustees keep the key that opens the box, one for each share."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from backend.ballots.voting.envelope import (
    KEY_BYTES,
    join_key,
    new_private_key,
    public_key_of,
    split_key,
)
from backend.core.errors import Conflict, Invalid

MOST_SHARES = 20


def make_key_files(path: str, shares: int) -> str:
    """Write a new key to `path`, or its shares to `path.1` and so on; returns the public half.

    Only their owner may read them. Raises `Conflict` rather than write over a file.
    """
    private = new_private_key()
    public = public_key_of(private)
    parts = split_key(private, shares)
    names = [path] if shares == 1 else [f"{path}.{n}" for n in range(1, shares + 1)]
    taken = [name for name in names if Path(name).exists()]
    if taken:
        raise Conflict("voting-key-file-taken", file=taken[0])
    for number, (name, part) in enumerate(zip(names, parts, strict=True), start=1):
        document = {"public_key": public, "share": number, "of": shares, "key": part.hex()}
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(document, file)
    return public


def read_key_files(paths: Sequence[str]) -> bytes:
    """The key of all shares; raises `Invalid` where one is missing, or a file is none."""
    documents = [_read(path) for path in paths]
    public, count = documents[0]["public_key"], documents[0]["of"]
    for path, document in zip(paths, documents, strict=True):
        if (document["public_key"], document["of"]) != (public, count):
            raise Invalid("voting-key-file-not-valid", file=path)
    _refuse_gaps([document["share"] for document in documents], count)
    private = join_key([bytes.fromhex(document["key"]) for document in documents])
    if public_key_of(private) != public:
        raise Invalid("voting-key-file-not-valid", file=paths[0])
    return private


def _refuse_gaps(shares: Sequence[int], count: int) -> None:
    """Raise `Invalid` unless each of `count` shares is there once."""
    missing = [share for share in range(1, count + 1) if share not in shares]
    if missing:
        raise Invalid("voting-key-share-missing", missing=missing, given=sorted(shares), of=count)
    twice = [share for share in range(1, count + 1) if shares.count(share) > 1]
    if twice:
        raise Invalid("voting-key-share-twice", shares=twice, of=count)


def _read(path: str) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
        is_key = len(bytes.fromhex(document["key"])) == KEY_BYTES and "public_key" in document
        is_sound = is_key and 1 <= document["share"] <= document["of"] <= MOST_SHARES
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Invalid("voting-key-file-not-valid", file=path) from error
    if not is_sound:
        raise Invalid("voting-key-file-not-valid", file=path)
    return document
