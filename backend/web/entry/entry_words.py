"""What the desk's form says: how it came, and a number as it is read out."""

from collections.abc import Mapping

from backend.core.channels import Channel
from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.reports.intake.commands import LeadState
from backend.reports.intake.models import EnteredReport
from backend.web.fact_words import quoted, read_facts

_CHANNELS = {
    Channel.PHONE: marked("Phone call"),
    Channel.COUNTER: marked("At the counter"),
    Channel.PAPER: marked("Letter or paper form"),
    Channel.HELPER: marked("Through a helper"),
    Channel.OUTREACH: marked("Outreach visit"),
    Channel.EMAIL: marked("E-mail"),
    Channel.TEXT: marked("Text message"),
}
_LEAD_STATES = {
    LeadState.NEW: marked("Waiting"),
    LeadState.ACCEPTED: marked("Became reports"),
    LeadState.SET_ASIDE: marked("Set aside"),
}
# The alphabet of the International Civil Aviation Organization (Annex 10, volume II, 5.2.1.3), the
# same in every language; the letters that numbers have.
_SPELLED = (
    "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel Juliett Kilo Mike November Papa Quebec "
    "Romeo Sierra Tango Victor Whiskey X-ray Yankee Zulu"
)
_LETTERS = {word[0]: word for word in _SPELLED.split()}


def way_in_words(channel: Channel) -> str:
    """How somebody reached the city, as a choice."""
    return _(_CHANNELS[channel])


def lead_state_words(state: LeadState) -> str:
    """Where messages stand, as a list's name."""
    return _(_LEAD_STATES[state])


def entry_words(names: Mapping[str, str], entered: EnteredReport) -> str:
    """Who typed it, from which sheet, and how whoever reported it is told."""
    said = [_("typed by %(name)s", name=_named(names, entered.entered_by))]
    if entered.batch:
        said.append(_("batch %(batch)s, sheet %(sheet)s", batch=entered.batch, sheet=entered.sheet))
    if not entered.may_tell and entered.told_by:
        told = _("wants no more calls")
    elif not entered.may_tell:
        told = _("did not ask to be told")
    elif entered.is_told_by_mail:
        told = _("is told by mail")
    elif entered.told_by:
        told = _("asked to be called, and was by %(name)s", name=_named(names, entered.told_by))
    else:
        told = _("asked to be called")
    return " · ".join([*said, told])


def _named(names: Mapping[str, str], key: str) -> str:
    return names.get(key, key)


def read_out(number: str) -> str:
    """A number in two halves, each letter as a word of its own."""
    halves = (number[:4], number[4:])
    return " – ".join(" ".join(_LETTERS.get(one, one) for one in half) for half in halves)


read_facts("lead-settled", state=quoted(lambda state: lead_state_words(LeadState(state))))
