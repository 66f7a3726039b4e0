"""Computing a stored finding again from what it was computed from."""

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from backend.audits.findings.code_version import code_version
from backend.audits.findings.columns import read_columns, sha256_of, unpacked
from backend.audits.findings.logged import Difference, finding_unlike_log, short
from backend.audits.findings.measure_all import measure_all
from backend.audits.findings.parameters import read_parameters
from backend.audits.models import Finding
from backend.core.errors import Invalid
from equity.measures.preregistration import canonical_json


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of it; `differences` are those of the figures, empty where the data are damaged or
    an earlier version wrote what this one cannot compute from, `unlike_log` those between the
    stored row, what it was promised, and what the decision log says of both."""

    is_data_intact: bool
    is_same_code: bool
    differences: tuple[Difference, ...]
    unlike_log: tuple[Difference, ...]
    is_computable: bool = True

    @property
    def is_equal(self) -> bool:
        """To the digit, and the one that was logged."""
        is_computed = self.is_data_intact and self.is_computable
        return is_computed and not (self.differences or self.unlike_log)


def replay(session: Session, finding: Finding) -> Replay:
    """Compute again; nothing is stored.

    Raises `finding-parameters-unreadable` where this very code is said to have written them. That
    the log itself is whole is for `log verify` to say.
    """
    is_same_code = finding.code_version == code_version()
    try:
        spelled = unpacked(finding.data)
    except zlib.error:
        spelled = b""
    data_sha256 = sha256_of(spelled)
    unlike_log = finding_unlike_log(session, finding, data_sha256=data_sha256)
    if data_sha256 != finding.data_sha256:
        return Replay(False, is_same_code, (), unlike_log)
    try:
        again = measure_all(read_columns(spelled), read_parameters(finding.parameters))
    except (Invalid, KeyError):
        if is_same_code:
            raise
        return Replay(True, is_same_code, (), unlike_log, is_computable=False)
    now = json.loads(canonical_json(again))
    differences = tuple(_differences(_read(finding.result), now, is_all=is_same_code))
    return Replay(True, is_same_code, differences, unlike_log)


def _read(result: str) -> Any:
    try:
        return json.loads(result)
    except ValueError:
        return None


def _differences(stored: Any, again: Any, where: str = "", *, is_all: bool) -> Iterator[Difference]:
    """Unless `is_all`, what another version says besides is none: the finding never said it."""
    if isinstance(stored, dict) and isinstance(again, dict):
        for name in sorted(stored.keys() | again.keys() if is_all else stored.keys()):
            place = f"{where}/{name}"
            yield from _differences(stored.get(name), again.get(name), place, is_all=is_all)
    elif isinstance(stored, list) and isinstance(again, list) and len(stored) == len(again):
        for position, (one, other) in enumerate(zip(stored, again, strict=True)):
            yield from _differences(one, other, f"{where}/{position}", is_all=is_all)
    elif stored != again or type(stored) is not type(again):
        yield Difference(where, short(stored), short(again))
