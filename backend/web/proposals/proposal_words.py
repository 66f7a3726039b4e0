"""Proposals' states, findings and steps in words people use."""

from collections.abc import Sequence

from backend.ballots.proposals.commands import Criterion, Verdict
from backend.ballots.proposals.workflow import State
from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.web.fact_words import quoted, read_facts

_STATES = {
    State.SUBMITTED: marked("Proposed"),
    State.IN_REVIEW: marked("Being reviewed"),
    State.ACCEPTED: marked("Can be done"),
    State.ACCEPTED_WITH_CHANGES: marked("Can be done with changes"),
    State.REFUSED: marked("Cannot be done"),
    State.APPEALED: marked("Being reviewed again"),
    State.WITHDRAWN: marked("Taken back"),
    State.MERGED: marked("Joined with others"),
    State.SPLIT: marked("Split into several"),
}
_MARKS = {
    State.SUBMITTED: "new",
    State.IN_REVIEW: "moving",
    State.APPEALED: "waiting",
    State.ACCEPTED: "done",
    State.ACCEPTED_WITH_CHANGES: "done",
}
_CRITERIA = {
    Criterion.LEGAL: marked("Is it lawful, and the city's to do?"),
    Criterion.TECHNICAL: marked("Can it be built there?"),
    Criterion.COST: marked("Is the cost right?"),
    Criterion.UPKEEP: marked("Who looks after it, and at what cost?"),
    Criterion.BENEFIT: marked("Who benefits, and who does not?"),
}
_VERDICTS = {
    Verdict.MET: marked("Yes"),
    Verdict.MET_WITH_CHANGES: marked("With changes"),
    Verdict.NOT_MET: marked("No"),
}
_STEPS = {
    "submitted": marked("Proposed"),
    "edited": marked("Said in other words"),
    "cost": marked("Another cost"),
    "people": marked("Other people behind it"),
    "pack": marked("What voters should know was written"),
    "translation": marked("Translated"),
    "moderation": marked("The city changed or hid what can be read"),
    "covered": marked("Words were covered, here and on the ballot"),
}
_SPEAKERS = {
    "resident": marked("A resident"),
    "proposer": marked("Whoever proposed it"),
    "city": marked("The city"),
}
_KINDS = {
    "comment": marked("says"),
    "question": marked("asks"),
    "answer": marked("answers"),
    "appeal": marked("asks for another decision"),
    "withdrawal": marked("takes it back"),
}
_MISSING = {
    "cost": marked("the cost"),
    "pros": marked("what speaks for it"),
    "cons": marked("what speaks against it"),
    "cost_lines": marked("lines that add up to the cost"),
    "minority_statements": marked("minority statements, or that there are none"),
    "sources": marked("sources"),
}
_LATE = {
    "question": marked("A question"),
    "review": marked("The decision whether it can be done"),
    "appeal": marked("The decision on an appeal"),
}


def proposal_state_words(state: State) -> str:
    """A state as a reader meets it."""
    return _(_STATES[state])


def proposal_mark(state: State) -> str:
    """The shape that goes with a state: new, moving, waiting, done; none for what will not be."""
    return _MARKS.get(state, "")


def proposal_next_words(state: State, *, is_counted: bool) -> str:
    """What happens next, for whoever proposed it; `is_counted` once the vote has been."""
    if is_counted and state in (State.ACCEPTED, State.ACCEPTED_WITH_CHANGES):
        return _("People have voted. The result says what became of it.")
    return {
        State.SUBMITTED: _("Next, the city looks whether it can be done."),
        State.IN_REVIEW: _("The city is looking whether it can be done."),
        State.ACCEPTED: _("Next, people vote on it."),
        State.ACCEPTED_WITH_CHANGES: _("Next, people vote on it as the city would do it."),
        State.REFUSED: _("The reason is below. Whoever proposed it can appeal once."),
        State.APPEALED: _("Somebody else at the city decides again."),
        State.WITHDRAWN: _("Whoever proposed it has taken it back."),
        State.MERGED: _("It goes on under another number."),
        State.SPLIT: _("It goes on under other numbers."),
    }[state]


def criterion_words(criterion: str) -> str:
    """What is asked by a criterion."""
    return _(_CRITERIA[Criterion(criterion)])


def verdict_words(verdict: str) -> str:
    """What was found."""
    return _(_VERDICTS[Verdict(verdict)])


def step_words(kind: str, state: str | None) -> str:
    """One step of the history."""
    return _(_STEPS[kind]) if state is None else proposal_state_words(State(state))


def speaker_words(by: str, kind: str) -> str:
    """Who said something, and in what sense."""
    return f"{_(_SPEAKERS[by])} {_(_KINDS[kind])}"


def missing_words(missing: str) -> str:
    """What a pack lacks."""
    return _(_MISSING[missing])


def late_words(kind: str) -> str:
    """What is late."""
    return _(_LATE[kind])


def _criteria_words(criteria: Sequence[str]) -> list[str]:
    return [f"“{criterion_words(one)}”" for one in criteria] or [_("none")]


_state = quoted(lambda state: proposal_state_words(State(state)))
read_facts(
    "proposal-not-editable",
    "proposal-moved-on",
    "proposal-step-not-possible",
    "proposal-gone",
    "proposal-not-in-review",
    "proposal-undecided",
    state=_state,
    before=_state,
    after=_state,
)
read_facts(
    "outcome-against-findings", outcome=_state, failed=_criteria_words, changed=_criteria_words
)
read_facts("findings-missing", criteria=_criteria_words)
read_facts("proposal-pack-incomplete", missing=lambda missing: [*map(missing_words, missing)])
