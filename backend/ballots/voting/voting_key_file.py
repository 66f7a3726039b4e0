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
    shares = {document["share"]: bytes.fromhex(document["key"]) for document in documents}
    first = documents[0]
    is_whole = len(shares) == len(documents) == first["of"]
    if not is_whole or any(one["public_key"] != first["public_key"] for one in documents):
        raise Invalid("voting-key-file-not-valid", file=paths[0])
    private = join_key(list(shares.values()))
    if public_key_of(private) != first["public_key"]:
        raise Invalid("voting-key-file-not-valid", file=paths[0])
    return private


def _read(path: str) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
        is_sound = len(bytes.fromhex(document["key"])) == KEY_BYTES and document.keys() >= {
            "public_key",
            "share",
            "of",
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Invalid("voting-key-file-not-valid", file=path) from error
    if not is_sound:
        raise Invalid("voting-key-file-not-valid", file=path)
    return document
