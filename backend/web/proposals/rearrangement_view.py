"""Merging and splitting as pages show it: what is asked, who has answered, what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle
from backend.ballots.proposals.asked_consent import AskedConsent, Standing
from backend.ballots.proposals.commands import Rearranging
from backend.ballots.proposals.staff_proposal import known_proposers
from backend.core.actors import ANONYMOUS
from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.core.runtime import Runtime
from backend.web.budget.election_words import money
from backend.web.fact_words import quoted, read_facts
from backend.web.view_models import StandingView
from backend.web.words import contact_words

_STANDINGS = {
    Standing.OPEN: ("waiting", marked("Waits for everybody's answer")),
    Standing.DONE: ("done", marked("Everybody agreed")),
    Standing.DECLINED: ("", marked("Not everybody agreed")),
    Standing.ENDED: ("", marked("The city ended it")),
    Standing.LAPSED: ("", marked("Not everybody answered in time")),
}
_STEPS = {
    Rearranging.MERGE: marked("Join into one"),
    Rearranging.SPLIT: marked("Split into several"),
}


@dataclass(frozen=True, slots=True)
class DraftView:
    """The words of what would come of it."""

    title: str
    summary: str
    description: str
    language: str
    part_name: str | None
    cost: str | None


@dataclass(frozen=True, slots=True)
class WishView:
    """One wish to merge or split; `proposals` and `became` lead to their pages.

    `stays` is where nothing came of it, `all_agreed` where nobody is left to ask and it is not done
    yet.
    """

    id: str
    title: str
    standing: StandingView
    is_open: bool
    stays: bool
    all_agreed: bool
    by_words: str
    at: datetime
    reason: str
    proposals: tuple[tuple[str, str, str], ...]
    drafts: tuple[DraftView, ...]
    answers_words: str
    became: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerView:
    """Somebody who is asked, for staff: how to reach them, and what they said so far."""

    proposer: int
    name: str
    contact: tuple[str, ...]
    has_phone: bool
    is_waiting: bool


def wish_view(cycle: Cycle, names: Mapping[str, str], asked: AskedConsent) -> WishView:
    """What anybody may read; `names` are those of the cycle's parts."""
    wish = asked.wish
    mark, words = _STANDINGS[asked.standing]
    agreed = sum(one.agrees is True for one in asked.answers)
    is_open = asked.standing is Standing.OPEN
    return WishView(
        id=str(wish.id),
        title=_(_STEPS[Rearranging(wish.kind)]),
        standing=StandingView(mark, _(words)),
        is_open=is_open,
        stays=not is_open and asked.standing is not Standing.DONE,
        all_agreed=is_open and agreed == len(asked.answers),
        by_words=_("One of those who made it asked")
        if wish.actor == ANONYMOUS.key
        else _("The city asked"),
        at=wish.at,
        reason=wish.reason,
        proposals=tuple((one.number, one.title, one.language) for one in asked.proposals),
        drafts=tuple(_draft(cycle, names, one) for one in wish.drafts) if is_open else (),
        answers_words=_(
            "%(agreed)s of %(all)s have agreed. It is done when all have, and one no ends it.",
            agreed=agreed,
            all=len(asked.answers),
        ),
        became=tuple(asked.became),
    )


def answer_views(
    session: Session, runtime: Runtime, asked: AskedConsent
) -> Mapping[str, tuple[AnswerView, ...]]:
    """Those who are asked, by the number of their proposal."""
    said = {one.proposer.id: one.agrees for one in asked.answers}
    return {
        proposal.number: tuple(
            AnswerView(
                proposer=one.id,
                name=one.display_name or _("somebody who shows no name"),
                contact=contact_words(one.contact),
                has_phone=one.code is None,
                is_waiting=said.get(one.id) is None,
            )
            for one in known_proposers(session, runtime, proposal)
        )
        for proposal in asked.proposals
    }


def _draft(cycle: Cycle, names: Mapping[str, str], said: Mapping[str, Any]) -> DraftView:
    return DraftView(
        title=said["title"],
        summary=said["summary"],
        description=said["description"],
        language=said["language"],
        part_name=names.get(said["part"]),
        cost=None if said["cost"] is None else money(cycle, said["cost"]),
    )


read_facts("rearrangement-closed", state=quoted(lambda state: _(_STANDINGS[Standing(state)][1])))
