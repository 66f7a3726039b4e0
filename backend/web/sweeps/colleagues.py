"""Who else is on a day of a plan, told to whoever is about to end it."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_datetime
from sqlalchemy.orm import Session

from backend.accounts.queries import staff_accounts
from backend.core.i18n import gettext as _
from backend.triage.sweeps.models import SweepOuting
from backend.triage.sweeps.note_stop import notes_of_others
from backend.triage.sweeps.queries import noted_of
from backend.web.face import local
from backend.web.fact_words import read_facts
from backend.web.words import actor_words


@dataclass(frozen=True, slots=True)
class Colleagues:
    """One sentence for each of them; `seen` is the id of the newest note of theirs, or empty."""

    words: tuple[str, ...]
    seen: str


def colleagues_on(session: Session, plan_id: int, day: int, own: str) -> Colleagues:
    """Everybody but the actor with the key `own` who noted something on the day, or took it."""
    notes = notes_of_others(noted_of(session, plan_id, day), own)
    last: dict[str, datetime] = {}
    for one in notes:
        last[one.noted_by] = max(one.noted_at, last.get(one.noted_by, one.noted_at))
    names = {one.key: one.display_name for one in staff_accounts(session)}
    words = [
        _("%(name)s entered something on this day, last on %(at)s.",
          name=names.get(key) or actor_words(key), at=_moment(at))
        for key, at in last.items()
    ]  # fmt: skip
    outing = session.get(SweepOuting, (plan_id, day))
    if outing is not None and outing.taken_by not in {own, *last}:
        name = names.get(outing.taken_by) or actor_words(outing.taken_by)
        at = _moment(outing.taken_at)
        words.append(
            _(
                "%(name)s took this day on %(at)s, and nothing of theirs is here yet.",
                name=name,
                at=at,
            )
        )
    return Colleagues(tuple(words), str(notes[-1].entry_id) if notes else "")


def _moment(moment: datetime) -> str:
    return str(format_datetime(local(moment), "d MMM, HH:mm", rebase=False))


read_facts("sweep-others-noted", at=lambda at: _moment(datetime.fromisoformat(at)))
