"""What a weight set would do to the queue as it is now, kept with the set."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from backend.triage.open_queue import as_moment, open_queue, served_per_day
from equity.levers.queue_order import report_weights
from equity.levers.weight_fallback import held_weights
from equity.levers.weight_preview import AreaChange, Preview, preview_weights
from equity.levers.weights import AreaWeight
from equity.rates.events import UNKNOWN

MOST_NAMED = 200
"""Reports that fall back to 1 are counted all, and named up to so many."""


@dataclass(frozen=True, slots=True)
class KeptPreview:
    """A preview as it is read again; `held` are numbers of reports that fall back to 1, each with
    that of the report whose target it is for."""

    preview: Preview
    held: tuple[tuple[str, str], ...]


def preview_of(
    session: Session, weights: Sequence[AreaWeight], now: datetime
) -> dict[str, Any] | None:
    """As JSON, areas as row ids of districts; None where nothing was closed for four weeks, so
    that nobody can say when anything would be done."""
    pace = served_per_day(session, now)
    if not pace:
        return None
    queue = open_queue(session, [int(one.area) for one in weights], now)
    moment = as_moment(now)
    given = report_weights(queue.reports, np.array([one.weight for one in weights], float))
    held = held_weights(queue.reports, moment, given, pace)
    preview = preview_weights(queue.reports, moment, weights, held, pace)
    others = held.for_report
    named = np.flatnonzero(others != UNKNOWN)[:MOST_NAMED].tolist()
    return {
        **asdict(preview),
        "held": [[queue.numbers[one], queue.numbers[others[one]]] for one in named],
    }


def read_preview(kept: Mapping[str, Any]) -> KeptPreview:
    """From JSON."""
    fields = {name: value for name, value in kept.items() if name != "held"}
    fields["past_target"] = tuple(fields["past_target"])
    fields["areas"] = tuple(AreaChange(**one) for one in fields["areas"])
    return KeptPreview(Preview(**fields), tuple((one, other) for one, other in kept["held"]))
