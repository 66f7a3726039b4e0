"""What only a made-up city knows of itself, kept in a file beside its database and never in it."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

_NAME = "truth.json"


@dataclass(frozen=True, slots=True)
class DistrictTruth:
    """One district: problems there were in the year, those still unreported at its end, and the
    district's part in the logarithm of the reporting rate."""

    code: str
    population: int
    incidents: int
    hidden: int
    log_rate: float


def knows_truth(data_dir: Path) -> bool:
    """Whether the city in this folder is a made-up one."""
    return (data_dir / _NAME).is_file()


def keep_truth(data_dir: Path, districts: Sequence[DistrictTruth]) -> None:
    """Write the truth, whole or not at all."""
    draft = data_dir / f"{_NAME}.{os.getpid()}"
    draft.write_text(json.dumps([asdict(one) for one in districts], indent=1))
    draft.replace(data_dir / _NAME)


def read_truth(data_dir: Path) -> tuple[DistrictTruth, ...]:
    """The truth as it was kept."""
    return tuple(DistrictTruth(**one) for one in json.loads((data_dir / _NAME).read_text()))
