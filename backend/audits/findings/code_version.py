"""Which code computed a finding: the package's version and the bytes of what computes."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

import equity

_COMPUTES = (Path(equity.__path__[0]), Path(__file__).parent)


@cache
def code_version() -> str:
    """`0.1.0+SHA256`, the same for the same code wherever it is installed."""
    digest = hashlib.sha256()
    for folder in _COMPUTES:
        for path in sorted(folder.rglob("*.py")):
            name = path.relative_to(folder.parent).as_posix()
            digest.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return f"{version('evenward')}+{digest.hexdigest()}"
