"""What becomes of a project in words people use: states, steps, days, results."""

from datetime import date

from flask_babel import format_date
from markupsafe import Markup

from backend.ballots.delivery.describe_project import Change, ProjectLine
from backend.ballots.delivery.workflow import MilestoneState, ProjectState, Result
from backend.core.i18n import gettext as _
from backend.core.i18n import marked, ngettext
from backend.web.fact_words import read_facts

_STATES = {
    ProjectState.PLANNED: marked("Planned"),
    ProjectState.UNDER_WAY: marked("Under way"),
    ProjectState.PAUSED: marked("Paused"),
    ProjectState.BUILT: marked("Built"),
    ProjectState.ABANDONED: marked("Abandoned"),
}
_MARKS = {
    ProjectState.PLANNED: "new",
    ProjectState.UNDER_WAY: "moving",
    ProjectState.PAUSED: "waiting",
    ProjectState.BUILT: "done",
    ProjectState.ABANDONED: "ended",
}
_MILESTONES = {
    MilestoneState.PLANNED: marked("To be done"),
    MilestoneState.DONE: marked("Done"),
    MilestoneState.DROPPED: marked("Dropped"),
}
_RESULTS = {
    Result.ACHIEVED: marked("It does what it was for"),
    Result.PARTLY: marked("It does a part of what it was for"),
    Result.FAILED: marked("It failed"),
    Result.ABANDONED: marked("It was given up"),
}
# The purposes every city begins with; its own ones are shown as it wrote them.
PURPOSES = (
    marked("Planning and permits"),
    marked("Land and rights"),
    marked("Building works"),
    marked("Equipment and furniture"),
    marked("Trees and planting"),
    marked("Access for everybody"),
    marked("Supervision and safety"),
    marked("Asking and informing people"),
    marked("Upkeep"),
    marked("Looking again"),
    marked("Anything else"),
)


def project_state_words(state: str) -> str:
    """A state as a reader meets it."""
    return _(_STATES[ProjectState(state)])


def project_mark(state: str) -> str:
    """The shape that goes with a state: new, moving, waiting, done or ended."""
    return _MARKS[ProjectState(state)]


def project_next_words(line: ProjectLine) -> str:
    """What happens next."""
    if line.state is ProjectState.PLANNED and not line.has_plan:
        return _("Next, the city says who builds it and by when.")
    if line.state is ProjectState.ABANDONED:
        return _("It is not built. The reason is in what happened so far.")
    if line.state is ProjectState.BUILT and line.result is not None:
        return _("It is there, and the city has looked again at what it came to.")
    return {
        ProjectState.PLANNED: _("Next, work begins."),
        ProjectState.UNDER_WAY: _("It is being built."),
        ProjectState.PAUSED: _("Work stands still. The reason is in what happened so far."),
        ProjectState.BUILT: _("It is there. Later the city looks again at what it came to."),
    }[line.state]


def milestone_words(state: str, *, is_given_up: bool = False) -> str:
    """Where one step of the plan stands, or stood when its project was given up."""
    if is_given_up and state == MilestoneState.PLANNED:
        return _("Given up with the project")
    return _(_MILESTONES[MilestoneState(state)])


def milestone_step(state: str) -> str:
    """How a timeline draws it."""
    return {"planned": "new", "done": "done", "dropped": "new"}[state]


def result_words(result: str) -> str:
    """What a second look found."""
    return _(_RESULTS[Result(result)])


def purpose_words(name: str) -> str:
    """What money was spent for; the names a city begins with are in the catalogues."""
    return _(name)


def late_words(line: ProjectLine) -> str:
    """How late it is, empty where it is not."""
    days, look = line.progress.late_days, line.progress.reassessment_late_days
    if days:
        return ngettext("One day late", "%(num)s days late", days)
    if look:
        return ngettext("Second look one day late", "Second look %(num)s days late", look)
    return ""


def delay_words(days: int) -> str:
    """By how much a day moved."""
    if days < 0:
        return ngettext("one day sooner", "%(num)s days sooner", -days)
    return ngettext("one day later", "%(num)s days later", days)


def progress_words(line: ProjectLine) -> str:
    """How far the plan is."""
    if not line.has_plan:
        return _("There is no plan to read yet.")
    return _(
        "%(done)s of %(all)s milestones done",
        done=line.progress.milestones_done,
        all=line.progress.milestones,
    )


def day_words(day: date) -> Markup:
    """A day as text that programs read too."""
    words = format_date(day, "d MMM y", rebase=False)
    return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), words)


def change_words(change: Change) -> str:
    """One step of the history in a sentence."""
    title = change.milestone_title or _("the second look")
    match change.kind:
        case "deliverer":
            return _("%(name)s builds it", name=change.after)
        case "milestone":
            return _("Planned: %(title)s, by %(day)s", title=title, day=_day(change.after))
        case "milestone_state":
            words = milestone_words(str(change.after))
            return _("%(title)s: %(state)s", title=title, state=words)
        case "date":
            days = delay_words(change.days or 0)
            days_words = _("%(title)s: by %(day)s now", title=title, day=_day(change.after))
            return f"{days_words}, {days}"
        case "reassessment":
            return _("To be looked at again on %(day)s", day=_day(change.after))
        case "result":
            return result_words(str(change.after))
        case _:
            return project_state_words(str(change.after))


def _day(iso: str | None) -> str:
    return format_date(date.fromisoformat(str(iso)), "d MMM y", rebase=False)


read_facts(
    "project-moved-on",
    "project-finished",
    "project-step-not-possible",
    state=project_state_words,
    before=project_state_words,
    after=project_state_words,
)
read_facts(
    "milestone-settled",
    "milestone-step-not-possible",
    state=milestone_words,
    before=milestone_words,
    after=milestone_words,
)
