"""Where a reader of the queue stands: a place in its order at one moment, as an address carries it.

The order moves with time, because what waits for its hundredth hour overtakes what waits for its
tenth; so whoever reads on reads on in the order of the moment they began.
"""

from dataclasses import dataclass
from math import isfinite

_GREATEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class QueueCursor:
    """The place of one entry among all at `moment` (seconds since 1970).

    `sequence` is the end of the log of decisions when the list was begun, `position` the entry's
    number in it; the rest is what the order compares. Without an entry it stands at the beginning.
    """

    moment: float
    sequence: int
    position: int = 0
    severity_band: int = -1
    score: float = 0.0
    opened_epoch: float = 0.0
    incident_id: int = 0

    def __str__(self) -> str:
        numbers = (
            *(self.moment, self.sequence, self.position),
            *(self.severity_band, self.score, self.opened_epoch, self.incident_id),
        )
        # The shortest digits that give the very same number back.
        return "~".join(map(repr, numbers))


def read_cursor(text: str) -> QueueCursor | None:
    """What `str` made of a cursor; None for anything else."""
    parts = text.split("~")
    try:
        moment, sequence, position, band, score, opened, id_ = parts
        numbers = (float(moment), float(score), float(opened))
        whole = (int(sequence), int(position), int(band), int(id_))
    except ValueError:
        return None
    if not all(map(isfinite, numbers)) or not all(-1 <= one <= _GREATEST for one in whole):
        return None
    # A moment that a database and a calendar know.
    if not 0 <= numbers[0] < 2**35 or whole[2] > 2**15:
        return None
    return QueueCursor(
        moment=numbers[0],
        sequence=whole[0],
        position=whole[1],
        severity_band=whole[2],
        score=numbers[1],
        opened_epoch=numbers[2],
        incident_id=whole[3],
    )
