"""What the forms about proposals hold, as commands."""

from enum import StrEnum
from typing import TypeVar

from flask import request

from backend.ballots.cycle.models import Cycle
from backend.ballots.proposals.commands import (
    CostLine,
    Criterion,
    DecideFeasibility,
    Draft,
    EditProposal,
    NoteFindings,
    Rearrange,
    Rearranging,
    Source,
    SubmitProposal,
    Verdict,
    WritePack,
)
from backend.ballots.proposals.rules import MOST_PARTS
from backend.ballots.proposals.workflow import OUTCOMES, State
from backend.core.actors import Actor
from backend.core.channels import Channel
from backend.core.contact import CONTACT_FIELDS
from backend.core.errors import Invalid
from backend.web.form_fields import amount, made_id, text, units, version

FOR_PEOPLE = (Channel.PHONE, Channel.PAPER, Channel.EMAIL, Channel.HELPER, Channel.OUTREACH)
"""How a proposal comes that staff write down."""
_Choice = TypeVar("_Choice", bound=StrEnum)


class Answer(StrEnum):
    """What somebody says who is asked."""

    YES = "yes"
    NO = "no"


def submitted(cycle: Cycle, actor: Actor) -> SubmitProposal:
    """The proposal a form holds."""
    contact = {name: text(f"contact_{name}") for name in CONTACT_FIELDS}
    return SubmitProposal(
        id=made_id(),
        cycle=cycle.slug,
        draft=_draft(cycle),
        channel=_one_of(FOR_PEOPLE, "channel") if actor.is_staff else Channel.WEB,
        display_name=text("display_name"),
        interests=text("interests"),
        contact=contact if actor.is_staff else {},
    )


def edited(number: str, cycle: Cycle) -> EditProposal:
    """A proposal in other words, by whoever has its code."""
    return EditProposal(number, _draft(cycle), version(), code())


def code() -> str:
    """A proposer's code; raises `Invalid` without one."""
    typed = text("code").strip()
    if not typed:
        raise Invalid("text-missing", pointer="/code")
    return typed


def rearranging(cycle: Cycle) -> Rearrange:
    """What is to become of some proposals; the fields of each draft end in its number."""
    return Rearrange(
        id=made_id(),
        cycle=cycle.slug,
        kind=kind_of(text("kind")),
        numbers=request.form.getlist("number"),
        drafts=[_draft(cycle, f"-{at}") for at in range(1, parts_written() + 1)],
        reason=text("reason"),
    )


def parts_written() -> int:
    """How many drafts a form about merging or splitting has."""
    return min(max(request.form.get("parts", 1, type=int), 1), MOST_PARTS)


def kind_of(said: str) -> Rearranging:
    """What is to be done with proposals."""
    return _chosen(tuple(Rearranging), said, "kind")


def answer() -> Answer:
    """What somebody said who is asked."""
    return _one_of(tuple(Answer), "said")


def asked() -> int:
    """Who said it; no database counts further."""
    return min(request.form.get("proposer", 0, type=int), 2**63 - 1)


def findings(number: str) -> NoteFindings:
    """What a reviewer filled in; what was left empty is not noted."""
    found = {}
    for criterion in Criterion:
        if text(f"{criterion}_words").strip():
            verdict = _one_of(tuple(Verdict), f"{criterion}_verdict")
            found[criterion] = (verdict, text(f"{criterion}_words"))
    return NoteFindings(number, version(), found)


def outcome(number: str) -> DecideFeasibility:
    """What a reviewer decided."""
    state: State = _one_of(OUTCOMES, "outcome")
    return DecideFeasibility(number, version(), state, text("reason"))


def pack(number: str, cycle: Cycle) -> WritePack:
    """What voters should know: one line for each entry."""
    return WritePack(
        number,
        version(),
        pros=_lines("pros"),
        cons=_lines("cons"),
        cost_lines=[_cost_line(cycle, line, at) for at, line in enumerate(_lines("cost_lines"))],
        sources=[_source(line) for line in _lines("sources")],
        minority_statements=_lines("minority_statements"),
        is_undisputed="is_undisputed" in request.form,
    )


def _draft(cycle: Cycle, ending: str = "") -> Draft:
    return Draft(
        title=text(f"title{ending}"),
        summary=text(f"summary{ending}"),
        language=text(f"language{ending}"),
        description=text(f"description{ending}"),
        category=text(f"category{ending}") or None,
        cost=amount(cycle, f"cost{ending}"),
        part=text(f"part{ending}") or None,
        lon=_degrees(f"lon{ending}"),
        lat=_degrees(f"lat{ending}"),
    )


def _cost_line(cycle: Cycle, line: str, at: int) -> CostLine:
    words, _, sum_ = line.rpartition(":")
    return CostLine(words.strip(), units(cycle, sum_.strip(), f"/cost_lines/{at}"))


def _source(line: str) -> Source:
    title, _, url = line.rpartition(" ")
    return Source(title.strip() or url, url)


def _lines(name: str) -> list[str]:
    return [line.strip() for line in text(name).split("\n") if line.strip()]


def _degrees(name: str) -> float | None:
    typed = text(name).strip()
    try:
        return float(typed) if typed else None
    except ValueError as error:
        raise Invalid("place-missing", pointer=f"/{name}") from error


def _one_of(choices: tuple[_Choice, ...], name: str) -> _Choice:
    return _chosen(choices, text(name), name)


def _chosen(choices: tuple[_Choice, ...], said: str, name: str) -> _Choice:
    chosen = next((one for one in choices if one == said), None)
    if chosen is None:
        raise Invalid("choice-not-offered", pointer=f"/{name}", choices=list(map(str, choices)))
    return chosen
