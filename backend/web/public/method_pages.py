"""How the numbers are made: the method, text by text, for anybody."""

from flask import abort, render_template

from backend.core.access import access
from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.web.face import blueprint
from backend.web.kept_pages import open_page
from backend.web.public.method_text import method_names, method_text

# In the order somebody would ask: the question a text answers, and how.
_QUESTIONS = {
    "equity": (
        marked("How readily do people report?"),
        marked("From problems that are reported again: who sees the same hole and says so."),
    ),
    "duplicates": (
        marked("When do two reports mean the same thing?"),
        marked("By place, time, words and photos; what is about danger is never joined alone."),
    ),
    "disparity": (
        marked("Are districts served alike?"),
        marked("Waits, closings, money and votes by groups of districts, each with its interval."),
    ),
    "audits": (
        marked("How does the city audit itself?"),
        marked("It promises beforehand what it will show, and can take nothing back."),
    ),
    "levers": (
        marked("What can the city do about a gap?"),
        marked("Go and look, ask people to report, promise what can be kept, and order the work."),
    ),
    "ballots": (
        marked("How are winners found, and who can check?"),
        marked("Every rule with its steps, how a vote stays secret, and what that cannot prevent."),
    ),
}


@blueprint.get("/how")
@access()
@open_page
def methods() -> str:
    """Every text with the question it answers."""
    there = method_names()
    order = [name for name in _QUESTIONS if name in there]
    order += [name for name in there if name not in _QUESTIONS]
    texts = [(*_said(name), method_text(name)) for name in order]
    return render_template("public/how.html", texts=texts)


@blueprint.get("/how/<string:name>")
@access()
@open_page
def method(name: str) -> str:
    """One text, whole."""
    if name not in method_names():
        abort(404)
    return render_template("public/how_text.html", text=method_text(name), said=_said(name))


def _said(name: str) -> tuple[str, str]:
    question, answer = _QUESTIONS.get(name, ("", ""))
    return question and _(question), answer and _(answer)
