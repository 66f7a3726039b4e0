"""Words in the reader's language, from the catalogues Flask-Babel loads.

A page asks for a thousand words. Flask-Babel finds the catalogue anew for each, which costs more
than the page; here it is found once for each request.
"""

from gettext import NullTranslations
from typing import cast

from flask import Flask, g
from flask_babel import get_translations


def gettext(message: str, **facts: object) -> str:
    """`message` in the reader's language, with its facts."""
    words = _catalogue().gettext(message)
    return words % facts if facts else words


def marked(message: str) -> str:
    """`message` as it is: marks words of a table for the catalogues, to be looked up later."""
    return message


def ngettext(one: str, many: str, num: int, **facts: object) -> str:
    """The form for `num`, which is a fact besides."""
    return _catalogue().ngettext(one, many, num) % {"num": num, **facts}


def teach_templates(app: Flask) -> None:
    """Let `_()` and `{% trans %}` speak through the same catalogue; call after Babel is set up."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: _catalogue().gettext(message),
        lambda one, many, num: _catalogue().ngettext(one, many, num),
        newstyle=True,
    )


def _catalogue() -> NullTranslations:
    found = g.get("catalogue")
    if found is None:
        found = g.catalogue = get_translations()
    return cast("NullTranslations", found)
