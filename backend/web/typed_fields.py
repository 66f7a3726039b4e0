"""Which forms and fields hold what somebody typed, which no page may hold, and how it is told."""

from collections.abc import Iterable

from backend.ballots.proposals.commands import Criterion
from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.web.fact_words import FIGURES

OWNER = "typed_by"
"""The field of every form of the desk that says for whom its page was made."""
_SECRET = "a password or a code is typed anew"  # noqa: S105
_A_BALLOT = "no page holds what a voter or a sheet is called, nor a vote"
_NO_WORDS = "it holds no words, and is as soon pressed anew"
NOT_HELD = {
    "web.sign_in_submit": _SECRET,
    "web.choose_password": _SECRET,
    "web.bring_catalogue": "a file is chosen anew",
    "api_inbound.take_text": "other programs send it",
} | {
    f"{face}.{name}": why
    for why, face, names in (
        (_A_BALLOT, "vote", "cast fill_in forget look_up review send_code"),
        (_A_BALLOT, "web", "check_in_paper_voter key_paper_sheet settle_paper_sheet"),
        (_NO_WORDS, "web", "sign_out stop_mails_now undo_act try_jobs_again ask_for_audit"),
        (_NO_WORDS, "web", "publish_budget settle_proposals finish_paper_keying"),
    )
    for name in names.split()
}
"""Endpoints of forms that no page holds, and why."""
# Of the form itself, or nobody's to see again.
_LEFT_OUT = frozenset({"csrf_token", OWNER, "password", "again", "voter"})
# What a page put into the form, and choices, which are codes.
_NOT_WORDS = frozenset(
    {"id", "way", "lead", "asked", "suggested", "place", "shown", "same", "act", "version", "seen"}
    | {"back", "until", "kind", "stop", "list", "query", "service_code", "service", "channel", "to"}
    | {"band", "outcome", "assignee", "team_code", "body_code", "may_tell", "language", "part"}
    | {"lat", "lon", "tap", "on_behalf", "photo_count", "code", "from", "at", "text"}
    | {"district", "missed", "lines", "more", "ask", "look", "report", "comment", "step", "sure"}
    | {"services", "is_active", "by", "target", "answers", "verdict", "decision", "in_force"}
    | {f"{criterion}_verdict" for criterion in Criterion}
    | {"quarter", "grouping", "metric", "blackout", "limit", "model", "state", "result", "purpose"}
    | {"is_undisputed", "is_large", "is_open", "is_new", "is_shared", "is_first", "is_desk"}
    | {"is_required", "is_note", "gone", "datatype", "position", "looked", "severity_band"}
    | {"counts_working_days", "links_repeats", "needs_photo_approval", "day", "role", "prefix"}
    | {"taker", "heir", "phase", "parts", "proposer", "said", "surplus", "cause"}
    | {"left", "right", "top", "bottom", "number"}
)
# The same names where they are typed, or say what it is about.
_TYPED_THERE = frozenset(
    {
        *((f"web.{form}", "number") for form in ("queue_status", "add_to_report", "note_stop")),
        ("web.comment_on_proposal", "text"),
        ("web.open_paper_batch", "place"),
    }
)
# What says little without its name.
_NAMED = FIGURES | {
    "started_at": marked("Started"),
    "ended_at": marked("Ended"),
    "visited_on": marked("Day"),
    "scheduled_for": marked("Day, where the work is planned"),
    "stop": marked("Stop"),
    "strength": marked("Strength"),
    "threshold": marked("A gap from, if you set one"),
    "cost": marked("New cost"),
    "amount": marked("Sum"),
    "spent_on": marked("Day"),
    "due_on": marked("By when"),
    "done_on": marked("Done on"),
    "on": marked("Day"),
    "starts_at": marked("Starts"),
    "ends_at": marked("Ends"),
    "sheets": marked("Sheets in the box"),
    "target_hours": marked("Target in hours"),
    "duplicate_metres": marked("Metres between repeats"),
    "public_grid_metres": marked("Round public places to metres"),
    "retention_days": marked("Days it is kept"),
    "confirm_days": marked("Days to say that it is not done"),
}
# Of each line of a sheet, with its number behind them.
_OF_A_LINE = frozenset({"stop", "number", "description", "address"})


def is_kept(sent_as: str) -> bool:
    """Whether a field goes with its form where that is held."""
    return sent_as not in _LEFT_OUT


def typed_words(endpoint: str, fields: Iterable[tuple[str, str]]) -> list[str]:
    """What somebody typed into a form to `endpoint`; a line of a sheet is one of them."""
    said: dict[str, str] = {}
    if endpoint in NOT_HELD:
        return []
    for sent_as, sent in fields:
        name, line = _plain_name(sent_as)
        is_of_line = name != sent_as and name in _OF_A_LINE
        is_code = name in _NOT_WORDS and (endpoint, name) not in _TYPED_THERE
        # Browsers send a line's end as two characters.
        text = sent.replace("\r\n", "\n").strip()
        if not text or name in _LEFT_OUT or (is_code and not is_of_line):
            continue
        words = f"{_(_NAMED[name])}: {text.replace('T', ' ')}" if name in _NAMED else text
        at = line if is_of_line else sent_as + text
        said[at] = f"{said[at]}, {words}" if at in said else words
    return list(dict.fromkeys(said.values()))


def _plain_name(sent_as: str) -> tuple[str, str]:
    """What a field is called in every line or question of its form, and which of them it is of."""
    stem, _dash, last = sent_as.rpartition("-")
    if last.isdecimal() or stem == "threshold":
        return stem, last
    return (last if stem.startswith("attribute-") else sent_as), ""
