"""What each entry of the decision log says, in a sentence."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import format_decimal

from backend.ballots.cycle.phases import Phase
from backend.ballots.proposals.workflow import State as ProposalState
from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.reports.administration.standing import Kind
from backend.reports.workflow import State
from backend.web.budget.cycle_words import phase_words
from backend.web.budget.delivery_words import milestone_words, project_state_words, result_words
from backend.web.catalogue_words import field_words, kind_words
from backend.web.desk.bulk_words import act_words
from backend.web.proposals.proposal_words import proposal_state_words
from backend.web.words import plain_day, role_words, severity_words, state_words

# By action; a sentence names the entry's facts, and what it is about as `subject`.
SENTENCES = {
    "city.founded": marked("The log begins"),
    "city.described": marked("The city's description was set"),
    "staff.added": marked("A staff account was added (%(role)s)"),
    "staff.disabled": marked("A staff account was closed"),
    "staff.enabled": marked("A staff account was opened again"),
    "staff.password_set": marked("A staff account got another password"),
    "staff.role_changed": marked("A staff account got another role (%(was)s, then %(became)s)"),
    "staff.signed_out": marked("A staff account was signed out everywhere"),
    "jobs.tried_again": marked("Work that had failed is tried again, %(count)s times"),
    "keys.forgotten": marked("A lost key of personal fields was given up"),
    "keys.rotated": marked("Personal fields were sealed with a new key"),
    "boundaries.imported": marked("%(districts)s districts came into force"),
    "census.imported": marked("Census figures of %(source)s came into force"),
    "services.imported": marked("The list of services was set"),
    "map.recounted": marked("What the map shows was counted again"),
    "catalogue.imported": marked("The catalogue was set: services, routes, words or policy"),
    "catalogue.entry_added": marked("%(kind)s %(subject)s was added"),
    "catalogue.entry_changed": marked("%(kind)s %(subject)s was changed: %(fields)s"),
    "catalogue.entry_removed": marked("%(kind)s %(subject)s was taken out"),
    "report.filed": marked("Report %(subject)s came in"),
    "report.placed": marked("Report %(subject)s was given its place"),
    "reports.imported": marked("%(requests)s reports were imported from %(file)s"),
    "status.changed": marked("Report %(subject)s: %(before)s, then %(after)s"),
    "status.undone": marked("Report %(subject)s: %(before)s was taken back, so %(after)s again"),
    "bulk.done": marked("%(reports)s reports were changed together: %(after)s"),
    "bulk.undone": marked("%(reports)s of the reports changed together were put back"),
    "queue.overridden": marked("Report %(subject)s: its place in the queue was set by hand"),
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
    "lead.set_aside": marked("A message to the city was found to be no report"),
    "lead.taken_up": marked("A message that was set aside is looked at again"),
    "retention.applied": marked("%(subject)s: what need not be kept went after %(days)s days"),
    "api_key.issued": marked("The key %(subject)s to write through Open311 was given out"),
    "api_key.revoked": marked("The key %(subject)s to write through Open311 was ended"),
    "push_target.set": marked("Whoever holds the key %(subject)s is told of updates from now on"),
    "push_target.removed": marked("Whoever holds the key %(subject)s is told of updates no longer"),
    "webhook.added": marked("Another program is told of reports from now on"),
    "webhook.removed": marked("Another program is told of reports no longer"),
    "rates.fitted": marked("Reporting rates were fitted"),
    "audit.preregistered": marked(
        "What the audit of %(starts_on)s to %(ends_on)s will show was signed (figures: %(metrics)s)"
    ),
    "audit.found": marked("Finding %(subject)s was published: %(starts_on)s to %(ends_on)s"),
    "weights.proposed": marked("Weight set %(subject)s was proposed"),
    "weights.approved": marked("Weight set %(subject)s came into force: %(reason)s"),
    "weights.rolled_back": marked("Weight set %(subject)s is in force again: %(reason)s"),
    "rates.varied": marked("Reporting rates were tried by another choice"),
    "weights.retired": marked("Weight set %(subject)s was retired: %(reason)s"),
    "weights.held": marked(
        "Weight set %(subject)s: %(reports)s reports have their weight held back, or given again"
    ),
    "sweeps.proposed": marked(
        "Sweep plan %(subject)s was proposed: %(days)s days in %(weeks)s weeks"
    ),
    "sweeps.put_in_force": marked("Sweep plan %(subject)s came into force: %(reason)s"),
    "sweeps.dropped": marked("Sweep plan %(subject)s was dropped: %(reason)s"),
    "sweep.recorded": marked(
        "Sweep plan %(subject)s: day %(day)s was walked, %(metres)s metres; %(found)s problems "
        "were found, %(known)s of them known"
    ),
    "sweep.taken": marked("Sweep plan %(subject)s: day %(day)s is walked on %(on)s"),
    "outreach.planned": marked("A visit to %(subject)s is planned for %(on)s"),
    "outreach.visited": marked(
        "Somebody visited %(subject)s on %(on)s and spoke with %(people)s people"
    ),
    "outreach.taken_back": marked(
        "A visit to %(subject)s on %(on)s was recorded by mistake and is taken back"
    ),
    "proposal.submitted": marked("Proposal %(subject)s came in"),
    "proposal.edited": marked("Proposal %(subject)s says it in other words now"),
    "proposal.moved": marked("Proposal %(subject)s: %(before)s, then %(after)s"),
    "proposal.proposers_changed": marked("Proposal %(subject)s: %(proposers)s people made it now"),
    "proposal.comment_added": marked("Proposal %(subject)s: something was said"),
    "proposal.comment_hidden": marked("Proposal %(subject)s: a comment was hidden"),
    "proposal.covered": marked(
        "Proposal %(subject)s: words were covered, on the ballot too: %(reason)s"
    ),
    "proposal.moderated": marked("Proposal %(subject)s: what the public reads of it was changed"),
    "proposal.photo_published": marked("Proposal %(subject)s: a photo was shown"),
    "proposal.photo_covered": marked("Proposal %(subject)s: a part of a photo was covered"),
    "proposal.photo_refused": marked("Proposal %(subject)s: a photo was refused"),
    "proposal.photo_removed": marked("Proposal %(subject)s: a photo was removed"),
    "proposal.translated": marked("Proposal %(subject)s can be read in another language"),
    "proposal.finding_noted": marked("Proposal %(subject)s: the reviewers noted a finding"),
    "proposal.cost_changed": marked("Proposal %(subject)s: its cost was changed"),
    "proposal.pack_written": marked("Proposal %(subject)s: what voters should know was written"),
    "proposal.rearranging": marked("%(subject)s: those who made some proposals are asked to agree"),
    "proposal.rearranging_declined": marked(
        "%(subject)s: somebody did not agree, and some proposals stay as they are"
    ),
    "proposal.rearranging_ended": marked(
        "%(subject)s: the city asks those who made some proposals no longer: %(reason)s"
    ),
    "proposal.rearranged": marked("Proposal %(subject)s was merged or split by consent"),
    "vote.key_set": marked("Ballots of the budget %(subject)s are sealed to %(public_key)s"),
    "vote.key_replaced": marked(
        "Ballots of the budget %(subject)s are sealed to another key, %(public_key)s: %(reason)s"
    ),
    "vote.codes_made": marked(
        "Budget %(subject)s: codes to vote were printed, %(count)s in number"
    ),
    "vote.codes_voided": marked(
        "Budget %(subject)s: codes to vote were ended, %(count)s in number"
    ),
    "vote.counted": marked("Budget %(subject)s: %(ballots)s ballots were opened and counted"),
    "paper.opened": marked("Budget %(subject)s: paper batch %(batch)s was begun at %(place)s"),
    "paper.box_counted": marked(
        "Budget %(subject)s: %(sheets)s sheets were counted in the box of batch %(batch)s"
    ),
    "paper.taken_back": marked(
        "Budget %(subject)s: an unused sheet came back at batch %(batch)s: %(reason)s"
    ),
    "paper.keyed": marked(
        "Budget %(subject)s: %(sheets)s sheets of batch %(batch)s were keyed (look %(look)s)"
    ),
    "paper.keyed_again": marked(
        "Budget %(subject)s: batch %(batch)s is keyed all over again: %(reason)s"
    ),
    "paper.differences_settled": marked(
        "Budget %(subject)s: a third person looked where batch %(batch)s was read differently"
    ),
    "paper.sealed": marked(
        "Budget %(subject)s: batch %(batch)s went into the box: %(valid)s valid, "
        "%(invalid)s invalid, %(blank)s blank"
    ),
    "paper.mistaken": marked(
        "Budget %(subject)s: paper batch %(batch)s was begun by mistake: %(reason)s"
    ),
    "paper.left_out": marked("Budget %(subject)s: batch %(batch)s was left out: %(reason)s"),
    "roll.imported": marked("Budget %(subject)s: %(added)s people came onto the roll"),
    "election.tallied": marked("The election %(subject)s was counted"),
    "cycle.drafted": marked("Budget %(subject)s was drafted"),
    "cycle.redrafted": marked("Budget %(subject)s was drafted anew"),
    "cycle.published": marked("Budget %(subject)s was published: its statement stands"),
    "cycle.budgets_set": marked("Budget %(subject)s: the districts' money was computed"),
    "cycle.date_moved": marked("Budget %(subject)s: a date was moved (%(phase)s): %(reason)s"),
    "cycle.settled": marked("Budget %(subject)s: %(projects)s projects stand on the ballot"),
    "project.deliverer_named": marked("Project %(subject)s: it was said who builds it"),
    "project.milestone_added": marked("Project %(subject)s: a step was planned by %(due_on)s"),
    "project.milestone_moved": marked(
        "Project %(subject)s: step %(milestone)s moved from %(before)s to %(after)s: %(reason)s"
    ),
    "project.milestone_settled": marked("Project %(subject)s: step %(milestone)s is %(after)s"),
    "project.photo_published": marked(
        "Project %(subject)s: a photo of step %(milestone)s was shown"
    ),
    "project.photo_covered": marked("Project %(subject)s: a part of a photo was covered"),
    "project.photo_refused": marked("Project %(subject)s: a photo was refused"),
    "project.photo_removed": marked("Project %(subject)s: a photo was removed"),
    "project.spending_recorded": marked("Project %(subject)s: spending was entered (%(entry)s)"),
    "project.state_changed": marked("Project %(subject)s: %(before)s, then %(after)s"),
    "project.reassessment_set": marked("Project %(subject)s is looked at again on %(after)s"),
    "project.reassessed": marked("Project %(subject)s was looked at again: %(after)s"),
    "purpose.stated": marked("The list of purposes for spending was changed (%(subject)s)"),
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_COMMENTS = {
    "comment": marked("a comment"),
    "answer": marked("the city's answer"),
    "question": marked("a question to whoever reported it"),
}
_COUNTED = frozenset({"count", "reports", "requests"})
# Facts that are names for programs, and how they are read to people.
_NAMED = frozenset({"before", "after", "kind", "role", "was", "became", "phase"})
_NAMES: dict[str, Callable[[Any], str]] = {
    "staff.added": role_words,
    "staff.role_changed": role_words,
    "status.changed": lambda value: state_words(State(value)),
    "status.undone": lambda value: state_words(State(value)),
    "bulk.done": act_words,
    "severity.changed": severity_words,
    "proposal.moved": lambda value: proposal_state_words(ProposalState(value)),
    "comment.added": lambda value: _(_COMMENTS[value]),
    "cycle.date_moved": lambda value: phase_words(Phase(value)),
    "project.state_changed": project_state_words,
    "project.milestone_settled": milestone_words,
    "project.reassessed": result_words,
}


def decision_words(action: str, subject: str, facts: dict[str, Any]) -> str:
    """One sentence; an action without one shows itself. `subject` is what follows the colon."""
    sentence = SENTENCES.get(action)
    if sentence is None:
        return f"{action} {subject}"
    told = facts | {"subject": subject}
    if action.startswith("catalogue.entry"):
        told["kind"] = kind_words(Kind(facts["kind"]))
        told["subject"] = facts.get("called", subject)
        told["fields"] = ", ".join(map(field_words, facts["fields"]))
    if action in _NAMES:
        told |= {name: _NAMES[action](facts[name]) for name in facts.keys() & _NAMED}
    return _(sentence) % {name: _written(name, value) for name, value in told.items()}


def _written(name: str, value: Any) -> Any:
    """A count and a day of the calendar as people write them; any other fact as it is."""
    if name in _COUNTED and isinstance(value, int):
        return format_decimal(value)
    is_day = isinstance(value, str) and _DAY.fullmatch(value)
    return plain_day(date.fromisoformat(value)) if is_day else value
