"""What a proposal and its pack must be. Pure: no database, no clock."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from backend.ballots.proposals.commands import Criterion, Draft, Verdict, WritePack
from backend.ballots.proposals.workflow import State
from backend.core.errors import Invalid
from backend.core.public_words import check_text, checked_line, without_blank
from geo.coordinates import CoordinateError, Extent, check_lon_lat

COVERED = "[…]"
"""What stands where words are covered, in any language."""
MAX_TITLE = 120
MAX_SUMMARY = 500
MAX_DESCRIPTION = 8000
MAX_CATEGORY = 120
MAX_NAME = 80
MAX_INTERESTS = 1000
MAX_WORDS = 2000
MAX_ITEMS = 30
# Exact in every JSON reader (RFC 8259, section 6).
MAX_COST = 2**53 - 1
MOST_PROPOSERS = 20
MOST_PARTS = 10
# A question is answered, and an appeal decided, within as long.
REPLY_TIME = timedelta(days=14)
APPEAL_TIME = timedelta(days=14)
INVITATION_TIME = timedelta(days=14)
# The shape of a BCP 47 tag (RFC 5646): a language, then subtags.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


def checked_draft(draft: Draft) -> dict[str, str | int | None]:
    """The words as they are kept, by column; raises `Invalid` at the first that cannot be."""
    words = {
        "title": checked_line(draft.title, "/title", MAX_TITLE),
        "summary": checked_line(draft.summary, "/summary", MAX_SUMMARY),
        "description": without_blank(draft.description),
        "category": without_blank(draft.category or "") or None,
        "language": checked_language(draft.language),
    }
    check_text(draft.description, "/description", MAX_DESCRIPTION)
    check_text(draft.category or "", "/category", MAX_CATEGORY)
    if draft.cost is not None:
        check_cost(draft.cost)
    return {**words, "cost": draft.cost}


def checked_language(tag: str) -> str:
    """A language tag as it is kept: in small letters but for what follows the language."""
    if len(tag) > 35 or not _LANGUAGE.fullmatch(tag):
        raise Invalid("language-not-valid", pointer="/language")
    language, dash, rest = tag.partition("-")
    return language.lower() + dash + rest


def check_proposer(display_name: str, interests: str) -> None:
    """Raise `Invalid` on what nobody could read."""
    check_text(display_name, "/display_name", MAX_NAME)
    check_text(interests, "/interests", MAX_INTERESTS)


def check_cost(cost: int, pointer: str = "/cost") -> None:
    """Raise `Invalid` on a sum below zero or beyond what programs count exactly."""
    if not 0 <= cost <= MAX_COST:
        raise Invalid("cost-not-valid", pointer=pointer, most=MAX_COST)


def checked_place(draft: Draft, extent: Extent | None) -> tuple[float, float] | None:
    """Longitude and latitude, None for a part as a whole; raises `Invalid`."""
    if draft.lon is None or draft.lat is None:
        if draft.lon is not draft.lat or draft.part is None:
            raise Invalid("place-missing", pointer="/lat")
        return None
    try:
        check_lon_lat(draft.lon, draft.lat, extent)
    except CoordinateError as error:
        raise Invalid(error.slug, pointer="/lat", **error.facts) from error
    return draft.lon, draft.lat


def check_outcome(outcome: State, verdicts: dict[Criterion, Verdict]) -> None:
    """Raise `Invalid` where an outcome does not follow from what was found.

    Every criterion needs a finding. What is refused fails one; what is accepted fails none, and
    as it stands only where none asks for changes.
    """
    missing = [one.value for one in Criterion if one not in verdicts]
    if missing:
        raise Invalid("findings-missing", pointer="/outcome", criteria=missing)
    failed = [one.value for one, verdict in verdicts.items() if verdict is Verdict.NOT_MET]
    changed = [one.value for one, found in verdicts.items() if found is Verdict.MET_WITH_CHANGES]
    match outcome:
        case State.REFUSED:
            is_fit = bool(failed)
        case State.ACCEPTED_WITH_CHANGES:
            is_fit = not failed and bool(changed)
        case _:
            is_fit = not failed and not changed
    if not is_fit:
        raise Invalid(
            "outcome-against-findings",
            pointer="/outcome",
            outcome=outcome.value,
            failed=failed,
            changed=changed,
        )


def check_pack(pack: WritePack) -> None:
    """Raise `Invalid` on words that cannot be read, sums below zero, and what is no web address."""
    for name in ("pros", "cons", "minority_statements"):
        _check_items(getattr(pack, name), f"/{name}")
    if max(len(pack.cost_lines), len(pack.sources)) > MAX_ITEMS:
        raise Invalid("too-many-items", pointer="/cost_lines", most=MAX_ITEMS)
    for at, line in enumerate(pack.cost_lines):
        checked_line(line.words, f"/cost_lines/{at}/words", MAX_WORDS)
        check_cost(line.cost, f"/cost_lines/{at}/cost")
    for at, source in enumerate(pack.sources):
        checked_line(source.title, f"/sources/{at}/title", MAX_WORDS)
        check_text(source.url, f"/sources/{at}/url", MAX_WORDS)
        if not re.fullmatch(r"https?://[^\s\"<>\\]+", source.url):
            raise Invalid("source-not-an-address", pointer=f"/sources/{at}/url")
    if pack.is_undisputed and pack.minority_statements:
        raise Invalid("pack-disputed", pointer="/is_undisputed")


def _check_items(items: Sequence[str], pointer: str) -> None:
    if len(items) > MAX_ITEMS:
        raise Invalid("too-many-items", pointer=pointer, most=MAX_ITEMS)
    for at, words in enumerate(items):
        checked_line(words, f"{pointer}/{at}", MAX_WORDS)


def missing_in_pack(
    cost: int | None,
    *,
    pros: Sequence[str],
    cons: Sequence[str],
    line_costs: Sequence[int],
    sources: Sequence[object],
    has_dissent_answer: bool,
) -> list[str]:
    """What keeps a pack from being complete, by name; nobody is asked to vote before.

    `has_dissent_answer` is whether there is a minority statement, or a word that there is none.
    """
    checks = {
        "cost": cost is not None,
        "pros": bool(pros),
        "cons": bool(cons),
        "cost_lines": bool(line_costs) and sum(line_costs) == cost,
        "minority_statements": has_dissent_answer,
        "sources": bool(sources),
    }
    return [name for name, is_there in checks.items() if not is_there]


def cover(said: Any, passage: str) -> Any:
    """`said`, words or lists and tables of words, with `passage` covered wherever it stands."""
    if isinstance(said, str):
        return said.replace(passage, COVERED)
    if isinstance(said, list):
        return [cover(one, passage) for one in said]
    if isinstance(said, dict):
        return {name: cover(one, passage) for name, one in said.items()}
    return said
