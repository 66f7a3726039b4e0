"""What the decision log has codes of, by the names people know.

The log keeps codes, so that its marks fit whatever is renamed later; only the pages read names.
"""

import json
from collections.abc import Mapping
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle, CycleProject
from backend.ballots.cycle.queries import public_cycles
from backend.ballots.delivery.queries import purposes
from backend.ballots.queries import elections
from backend.core.decision_log import Decision
from backend.core.i18n import gettext as _
from backend.places.models import District
from backend.reports.models import Service
from backend.web.public.decision_words import decision_words

Names: TypeAlias = Mapping[str, Mapping[str, str]]
"""By what a subject is, and by its code; what is missing is told by its code."""


def log_names(session: Session) -> Names:
    """The names of everything that anybody may know of: a draft of a budget has none yet."""
    # Another version of the boundaries may call another part of the city by the same code.
    is_one = sa.func.count(sa.distinct(District.name)) == 1
    districts = sa.select(District.code, sa.func.min(District.name)).group_by(District.code)
    projects = (
        sa.select(Cycle.slug + "/" + CycleProject.code, CycleProject.title)
        .join(Cycle, Cycle.id == CycleProject.cycle_id)
        .where(Cycle.published_at.is_not(None))
    )
    return {
        "district": _pairs(session, districts.having(is_one)),
        "service": _quoted(_pairs(session, sa.select(Service.code, Service.name))),
        "project": _quoted(_pairs(session, projects)),
        "cycle": _quoted({one.slug: one.title for one in public_cycles(session)}),
        "election": _quoted({one.slug: one.title for one in elections(session)}),
        "purpose": _quoted({one.code: one.name for one in purposes(session)}),
        "open311": {"unplaced": _("What came through Open311 and found no place")},
    }


def entry_words(entry: Decision, names: Names) -> str:
    """The sentence of an entry."""
    kind, _colon, code = entry.subject.partition(":")
    facts = json.loads(entry.facts)
    if entry.action == "service.changed":
        services = names["service"]
        facts |= {name: services.get(facts[name], facts[name]) for name in ("before", "after")}
    return decision_words(entry.action, names.get(kind, {}).get(code, code), facts)


def _pairs(session: Session, query: sa.Select[str, str]) -> dict[str, str]:
    return dict(session.execute(query).all())


def _quoted(called: Mapping[str, str]) -> dict[str, str]:
    return {code: _("“%(name)s”", name=name) for code, name in called.items()}
