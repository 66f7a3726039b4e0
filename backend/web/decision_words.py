"""What each entry of the decision log says, in a sentence."""

from collections.abc import Callable
from typing import Any

from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.reports.workflow import State
from backend.web.words import severity_words, state_words

# By action; a sentence names the entry's facts, and what it is about as `subject`.
SENTENCES = {
    "city.founded": marked("The log begins"),
    "city.described": marked("The city's description was set"),
    "staff.added": marked("A staff account was added (%(role)s)"),
    "staff.disabled": marked("A staff account was closed"),
    "staff.password_set": marked("A staff account got another password"),
    "keys.rotated": marked("Personal fields were sealed with a new key"),
    "boundaries.imported": marked("%(districts)s districts came into force"),
    "services.imported": marked("The list of services was set"),
    "catalogue.imported": marked("The catalogue was set: services, routes, words or policy"),
    "report.filed": marked("Report %(subject)s came in"),
    "report.placed": marked("Report %(subject)s was given its place"),
    "reports.imported": marked("%(requests)s reports were imported from %(file)s"),
    "status.changed": marked("Report %(subject)s: %(before)s, then %(after)s"),
    "service.changed": marked("Report %(subject)s is about %(after)s now, and not %(before)s"),
    "severity.changed": marked("Report %(subject)s: %(before)s, then %(after)s"),
    "repeat.linked": marked("Report %(subject)s was joined to %(target)s"),
    "repeat.unlinked": marked("Report %(subject)s was parted from %(target)s"),
    "decision.appealed": marked("Report %(subject)s: somebody else is asked to decide again"),
    "comment.added": marked("Report %(subject)s: %(kind)s was added"),
    "comment.hidden": marked("Report %(subject)s: a comment was hidden"),
    "reason.hidden": marked("Report %(subject)s: a resident's reason was hidden"),
    "text.moderated": marked("Report %(subject)s: what the public reads of it was changed"),
    "photo.published": marked("Report %(subject)s: a photo was shown"),
    "photo.covered": marked("Report %(subject)s: a part of a photo was covered"),
    "photo.refused": marked("Report %(subject)s: a photo was refused"),
    "photo.removed": marked("Report %(subject)s: a photo was removed"),
    "incident.inspected": marked("Report %(subject)s was inspected"),
    "incidents.reread": marked("%(changed)s problems lie in another district now"),
    "person.erased": marked("What a person said in %(reports)s reports was erased at their wish"),
    "retention.applied": marked("%(subject)s: what need not be kept went after %(days)s days"),
    "api_key.issued": marked("The key %(subject)s to write through Open311 was given out"),
    "api_key.revoked": marked("The key %(subject)s to write through Open311 was ended"),
    "push_target.set": marked("Whoever holds the key %(subject)s is told of updates from now on"),
    "push_target.removed": marked("Whoever holds the key %(subject)s is told of updates no longer"),
    "webhook.added": marked("Another program is told of reports from now on"),
    "webhook.removed": marked("Another program is told of reports no longer"),
    "rates.fitted": marked("Reporting rates were fitted"),
    "weights.proposed": marked("Weight set %(subject)s was proposed"),
    "weights.approved": marked("Weight set %(subject)s came into force: %(reason)s"),
    "weights.retired": marked("Weight set %(subject)s was retired: %(reason)s"),
    "election.tallied": marked("The election %(subject)s was counted"),
}
_COMMENTS = {
    "comment": marked("a comment"),
    "answer": marked("the city's answer"),
    "question": marked("a question to whoever reported it"),
}
# Facts that are names for programs, and how they are read to people.
_NAMES: dict[str, Callable[[Any], str]] = {
    "status.changed": lambda value: state_words(State(value)),
    "severity.changed": severity_words,
    "comment.added": lambda value: _(_COMMENTS[value]),
}


def decision_words(action: str, subject: str, facts: dict[str, Any]) -> str:
    """One sentence; an action without one shows itself. `subject` is what follows the colon."""
    sentence = SENTENCES.get(action)
    if sentence is None:
        return f"{action} {subject}"
    told = facts | {"subject": subject}
    if action in _NAMES:
        named = facts.keys() & {"before", "after", "kind"}
        told |= {name: _NAMES[action](facts[name]) for name in named}
    return _(sentence) % told
