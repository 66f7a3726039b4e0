"""What an audit was computed from: plain columns and a few facts, as bytes that have one spelling.

Nobody is in them: reporters are numbers that mean nothing outside of one file.
"""

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from equity.measures.preregistration import canonical_json

Column: TypeAlias = NDArray[Any]

NEVER = np.iinfo(np.int64).min
"""The moment of what has not happened."""


@dataclass(frozen=True, slots=True, eq=False)
class AuditData:
    """`facts` hold JSON values; moments among the columns are microseconds since 1970 UTC."""

    facts: Mapping[str, Any]
    columns: Mapping[str, Column]

    def spelled(self) -> bytes:
        """A line of canonical JSON, then the columns one after the other, little end first."""
        names = sorted(self.columns)
        kept = {name: _little(self.columns[name]) for name in names}
        shapes = [[name, kept[name].dtype.str, list(kept[name].shape)] for name in names]
        head = canonical_json({"facts": self.facts, "columns": shapes})
        return b"\n".join([head, b"".join(kept[name].tobytes() for name in names)])


def sha256_of(spelled: bytes) -> str:
    """By which the data of a finding are known again."""
    return hashlib.sha256(spelled).hexdigest()


def packed(spelled: bytes) -> bytes:
    """As it is stored."""
    return zlib.compress(spelled, 6)


def unpacked(stored: bytes) -> bytes:
    """What was stored; raises `zlib.error` where it is damaged."""
    return zlib.decompress(stored)


def read_columns(spelled: bytes) -> AuditData:
    """What `AuditData.spelled` wrote."""
    head, _, rest = spelled.partition(b"\n")
    document = json.loads(head)
    columns, at = {}, 0
    for name, kind, shape in document["columns"]:
        dtype = np.dtype(kind)
        count = int(np.prod(shape))
        columns[name] = np.frombuffer(rest, dtype, count, at).reshape(shape)
        at += count * dtype.itemsize
    return AuditData(document["facts"], columns)


def _little(column: Column) -> Column:
    return np.ascontiguousarray(column, column.dtype.newbyteorder("<"))
