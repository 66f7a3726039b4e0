"""Wishes become proposals of a budget: made, supported, asked about, checked, put on the ballot."""

from dataclasses import dataclass, field, replace
from functools import partial
from uuid import UUID

import numpy as np
import sqlalchemy as sa

from backend.ballots.cycle.phases import Phase
from backend.ballots.proposals.add_comment import add_comment
from backend.ballots.proposals.commands import (
    Appeal,
    Asked,
    Consent,
    CostLine,
    Criterion,
    DecideFeasibility,
    Draft,
    NoteFindings,
    PutOnBallot,
    Rearrange,
    Rearranging,
    Say,
    Source,
    SubmitProposal,
    Verdict,
    Withdraw,
    WritePack,
)
from backend.ballots.proposals.edit_proposal import withdraw
from backend.ballots.proposals.models import ProposalEndorsement
from backend.ballots.proposals.put_on_ballot import put_on_ballot
from backend.ballots.proposals.queries import find_proposal, numbers_related
from backend.ballots.proposals.rearrange import consent, rearrange
from backend.ballots.proposals.review import appeal, decide_feasibility, note_findings
from backend.ballots.proposals.submit_proposal import submit_proposal
from backend.ballots.proposals.workflow import State
from backend.ballots.proposals.write_pack import write_pack
from backend.core.actors import ANONYMOUS, Actor
from backend.core.channels import Channel
from backend.core.ids import Ids
from backend.core.uow import UnitOfWork
from backend.demo.budget_dates import BudgetDates
from backend.demo.diary import Act, Diary
from backend.demo.people import People
from backend.demo.talk_of_proposals import (
    FOUND,
    OPEN_QUESTION,
    TALKS,
    THANKS,
    WITHDRAWAL,
    Talk,
)
from backend.demo.wishes import Fate, Wish

# Most come from phones; some from pages and some are written down by staff for somebody.
_CHANNELS = (Channel.APP, Channel.APP, Channel.WEB, Channel.APP, Channel.PHONE)
_SUPPORTERS = 20_000
_SOURCES = (
    Source("Plan of the town's open spaces", "https://town.example/open-spaces"),
    Source("What building costs: prices of the last three years", "https://town.example/prices"),
)


@dataclass(slots=True)
class Proposing:
    """One budget's proposals; `numbers` by the place of their wish, each from its day on.

    At `unanswered` stands the one wish of which the city owes an answer to this day.
    """

    diary: Diary
    dates: BudgetDates
    slug: str
    wishes: tuple[Wish, ...]
    people: People
    ids: Ids
    rng: np.random.Generator
    unanswered: int | None = None
    numbers: dict[int, str] = field(default_factory=dict)

    def enter(self) -> None:
        """All of it, from the first idea to the settled ballot."""
        for place, wish in enumerate(self.wishes):
            if wish.fate is Fate.MERGED:
                self._enter_merged(place)
            else:
                day = self._day(Phase.IDEAS, 0.05, 0.75)
                self._at(day, place, partial(self._submit, place, ""))
            if wish.fate is Fate.WITHDRAWN:
                day = self.dates.within(Phase.FEASIBILITY, 0.1)
                self._at(day, place, partial(self._withdraw, place))
            else:
                self._enter_talk(place)
                self._enter_review(place)
        settled = self.dates.within(Phase.FEEDBACK, 0.95)
        self._at(settled - 1, None, self._support)
        self._at(settled, None, lambda work: put_on_ballot(work, PutOnBallot(self.slug)))

    def _enter_merged(self, place: int) -> None:
        """Two groups ask for the same, and agree."""
        day = self._day(Phase.IDEAS, 0.1, 0.5)
        other = place + len(self.wishes)
        self._at(day, place, partial(self._submit, place, ", at the north end"))
        self._at(day + 3, other, partial(self._submit, other, ", at the south end"))
        self._at(day + 8, place, partial(self._merge, place, other))

    def _enter_talk(self, place: int) -> None:
        wish, talk = self.wishes[place], self._talk(place)
        if place % 3:
            day, words = self._day(Phase.IDEAS, 0.86, 1), talk.sides[place % 2]
            self._enter_words(day, self._stranger(), place, words)
        if place == self.unanswered:
            day = self.dates.within(Phase.FEEDBACK, 0.1)
            self._enter_words(day, self._stranger(), place, OPEN_QUESTION, asked=Asked.CITY)
        elif wish.is_on_ballot and place % 3 == 1:
            self._enter_question(place)

    def _enter_question(self, place: int) -> None:
        """Somebody asks the city, which answers some days later; some say thank you."""
        talk, asker, day = self._talk(place), self._stranger(), self._day(Phase.FEEDBACK, 0.05, 0.5)
        question = self._enter_words(day, asker, place, talk.question, asked=Asked.CITY)
        day += float(self.rng.uniform(2, 9))
        self._enter_words(day, None, place, talk.answer, answers=question)
        if place % 4 == 1:
            self._enter_words(day + 1, asker, place, THANKS)

    def _enter_words(
        self,
        day: float,
        who: int | None,
        place: int,
        words: str,
        *,
        asked: Asked | None = None,
        answers: UUID | None = None,
    ) -> UUID:
        """Something that is said of a proposal; returns its id."""
        id_ = self.ids.uuid()

        def say(work: UnitOfWork) -> None:
            add_comment(work, Say(id_, self.numbers[place], words, asked, answers))

        self._at(day, who, say)
        return id_

    def _enter_review(self, place: int) -> None:
        fate = self.wishes[place].fate
        day = self._day(Phase.FEASIBILITY, 0.1, 0.75)
        self._at(day, None, partial(self._find, place, fate))
        is_refused = fate in (Fate.REFUSED, Fate.APPEALED)
        first = Fate.REFUSED if is_refused else fate
        self._at(day + 1, None, partial(self._decide, place, first))
        if fate is Fate.APPEALED:
            self._at(day + 6, place, partial(self._appeal, place))
            for later, act in ((11, self._find), (12, self._decide)):
                moment = self.dates.moment(day + later)
                self.diary.enter(moment, self.people.admin, partial(act, place, Fate.CHANGED))
        if self.wishes[place].is_on_ballot:
            self._at(self._day(Phase.FEEDBACK, 0.5, 0.9), None, partial(self._explain, place))

    def _day(self, phase: Phase, low: float, high: float) -> float:
        return self.dates.within(phase, float(self.rng.uniform(low, high)))

    def _at(self, day: float, who: int | None, act: Act) -> None:
        """Enter an act of a resident, by number, or of the ward office."""
        actor = self.people.ward if who is None else self._resident(who)
        self.diary.enter(self.dates.moment(day), actor, act)

    def _resident(self, number: int) -> Actor:
        return self.people.resident(self.dates.year * _SUPPORTERS + number)

    def _stranger(self) -> int:
        return int(self.rng.integers(len(self.wishes) * 2, _SUPPORTERS))

    def _talk(self, place: int) -> Talk:
        return TALKS[self.wishes[place].idea.category]

    def _submit(self, place: int, ending: str, work: UnitOfWork) -> None:
        wish = self.wishes[place % len(self.wishes)]
        talk = TALKS[wish.idea.category]
        channel = _CHANNELS[place % len(_CHANNELS)]
        if wish.fate is not Fate.ACCEPTED:
            channel = Channel.APP
        actors = {Channel.PHONE: self.people.ward, Channel.WEB: ANONYMOUS}
        command = SubmitProposal(
            self.ids.uuid(),
            self.slug,
            self._draft(wish, wish.title + ending),
            channel,
            display_name=talk.group.format(place=wish.place) if place % 2 else "",
            interests=talk.interest if place % 3 == 0 else "",
        )
        as_sender = replace(work, actor=actors.get(channel, work.actor))
        self.numbers[place] = submit_proposal(as_sender, command).number

    def _draft(self, wish: Wish, title: str) -> Draft:
        return Draft(
            title=title,
            summary=wish.summary,
            language="en",
            category=wish.idea.category,
            cost=wish.cost,
            part=wish.part,
            lon=wish.lon,
            lat=wish.lat,
        )

    def _merge(self, place: int, other: int, work: UnitOfWork) -> None:
        wish, numbers = self.wishes[place], (self.numbers[place], self.numbers[other])
        wanted = rearrange(
            work,
            Rearrange(
                self.ids.uuid(),
                self.slug,
                Rearranging.MERGE,
                numbers,
                [self._draft(wish, wish.title)],
                "Two groups want the same, three hundred metres apart. One of it is enough.",
            ),
        )
        consent(replace(work, actor=self._resident(other)), Consent(wanted.id, agrees=True))
        origin = find_proposal(work.session, numbers[0]).id
        _, (self.numbers[place],) = numbers_related(work.session, origin)

    def _withdraw(self, place: int, work: UnitOfWork) -> None:
        withdraw(work, Withdraw(self.ids.uuid(), self.numbers[place], WITHDRAWAL))

    def _find(self, place: int, fate: Fate, work: UnitOfWork) -> None:
        """Note what there is to say by each criterion, for an outcome of this fate."""
        talk = self._talk(place)
        findings = {
            criterion: (Verdict.MET, words[int(self.rng.integers(len(words)))])
            for criterion, words in FOUND.items()
        }
        if fate in (Fate.REFUSED, Fate.APPEALED):
            findings[talk.refused_by] = (Verdict.NOT_MET, talk.refusal)
        if fate is Fate.CHANGED:
            findings[Criterion.TECHNICAL] = (Verdict.MET_WITH_CHANGES, talk.change)
        command = NoteFindings(self.numbers[place], _version(work, self.numbers[place]), findings)
        # All criteria go in by one statement instead of one each before its entry in the log.
        with work.session.no_autoflush:
            note_findings(work, command)

    def _decide(self, place: int, fate: Fate, work: UnitOfWork) -> None:
        talk, wish, number = self._talk(place), self.wishes[place], self.numbers[place]
        decided: dict[Fate, tuple[State, str, int | None]] = {
            Fate.REFUSED: (State.REFUSED, talk.refusal, None),
            Fate.CHANGED: (State.ACCEPTED_WITH_CHANGES, talk.change, wish.settled_cost),
        }
        outcome, reason, cost = decided.get(fate, (State.ACCEPTED, "", None))
        command = DecideFeasibility(number, _version(work, number), outcome, reason, cost)
        decide_feasibility(work, command)

    def _appeal(self, place: int, work: UnitOfWork) -> None:
        appeal(work, Appeal(self.ids.uuid(), self.numbers[place], self._talk(place).appeal))

    def _explain(self, place: int, work: UnitOfWork) -> None:
        """Write down what voters should know."""
        talk, wish, number = self._talk(place), self.wishes[place], self.numbers[place]
        cost, is_disputed = wish.settled_cost, place % 4 == 0
        lines = [CostLine(words, cost * share // 100) for words, share in talk.cost_lines[1:]]
        rest = cost - sum(line.cost for line in lines)
        pack = WritePack(
            number,
            _version(work, number),
            pros=[wish.idea.pro],
            cons=[wish.idea.con],
            cost_lines=[CostLine(talk.cost_lines[0][0], rest), *lines],
            sources=_SOURCES,
            minority_statements=[talk.minority] if is_disputed else (),
            is_undisputed=not is_disputed,
        )
        write_pack(work, pack)

    def _support(self, work: UnitOfWork) -> None:
        """Everybody's support at once: it is no entry of the log, and there are thousands."""
        begins, ends = self.dates.moment(self.dates.within(Phase.IDEAS, 0.8)), work.now
        rows = []
        for place, wish in enumerate(self.wishes):
            if wish.fate is Fate.WITHDRAWN:
                continue
            proposal = find_proposal(work.session, self.numbers[place])
            people = self.rng.choice(_SUPPORTERS, wish.support, replace=False).tolist()
            moments = (begins + share * (ends - begins) for share in self.rng.random(wish.support))
            rows += [
                {"proposal_id": proposal.id, "person_hash": self.people.hash_of(one), "at": at}
                for one, at in zip(people, moments, strict=True)
            ]
        work.session.execute(sa.insert(ProposalEndorsement), rows)


def _version(work: UnitOfWork, number: str) -> int:
    return find_proposal(work.session, number).version
