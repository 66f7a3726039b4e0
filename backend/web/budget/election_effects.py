"""What a count did for the voters: who got something, where the money went, and by another rule."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import format_decimal

from backend.ballots.models import Election, ElectionProject
from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from backend.web.budget.election_projects import shown_name
from backend.web.budget.election_words import dimension_words, group_words, money, rule_name
from backend.web.budget.result_views import EffectsView, TableView

Json = Mapping[str, Any]
# More names than this nobody reads.
_NAMES = 3


def effects_view(election: Election, projects: Sequence[ElectionProject]) -> EffectsView:
    """As far as it has been found out."""
    known = election.analysis or {}
    names = {project.code: shown_name(project) for project in projects}
    sides = known.get("side_by_side", ())
    return EffectsView(
        figures=tuple(_figures(election, known["voters"])) if "voters" in known else (),
        shares_words=_shares_words(known["shares"]) if "shares" in known else None,
        satisfaction=tuple(
            _satisfaction(dimension, groups)
            for dimension, groups in known.get("satisfaction", {}).items()
        ),
        fairness_words=tuple(_fairness_words(election, known, names)),
        spending=tuple(
            _spending(election, dimension, rows)
            for dimension, rows in known.get("spending", {}).items()
        ),
        side_by_side=_side_by_side(election, sides) if sides else None,
        side_words=tuple(_side_words(sides, names)),
        is_complete="side_by_side" in known,
    )


def share_words(share: float | None) -> str:
    """A share of 1 as so many of 100; a dash where nothing can be said."""
    if share is None:
        return "–"
    return _("%(share)s of 100", share=format_decimal(round(share * 100)))


def _figures(election: Election, found: Json) -> Iterator[tuple[str, str]]:
    excluded = found["excluded"]
    yield (
        _("got none of what they chose (%(share)s)", share=_excluded_share(election, found)),
        format_decimal(excluded),
    )
    yield (
        _("winners that a voter chose, on average"),
        format_decimal(round(found["mean_approved_winners"], 2)),
    )


def _excluded_share(election: Election, found: Json) -> str:
    return share_words(found["excluded"] / max(1, election.voters))


def _satisfaction(dimension: str, groups: Sequence[Json]) -> TableView:
    return TableView(
        dimension_words(dimension),
        (_("Group"), _("Got nothing"), _("Winners they chose")),
        tuple(
            (
                group_words(dimension, group["label"]),
                share_words(group["excluded_share"]),
                "–"
                if group["mean_approved_winners"] is None
                else format_decimal(round(group["mean_approved_winners"], 2)),
            )
            for group in groups
        ),
    )


def _shares_words(found: Json) -> str:
    return _(
        "%(all)s voters spent all of their share, and %(none)s nothing of it.",
        all=format_decimal(found["spent_all"]),
        none=format_decimal(found["spent_nothing"]),
    )


def _fairness_words(election: Election, known: Json, names: Mapping[str, str]) -> Iterator[str]:
    if "violations" not in known:
        return
    found = known["violations"]
    if not found:
        yield _(
            "No group of voters that agrees on a project got less than a group of its size "
            "deserves. This was checked for every project that lost (EJR+ up to one project)."
        )
        return
    yield ngettext(
        "One project that lost has supporters who got less than a group of their size deserves "
        "(EJR+ up to one project):",
        "%(num)s projects that lost have supporters who got less than a group of their size "
        "deserves (EJR+ up to one project), among them:",
        len(found),
    )
    for one in sorted(found, key=lambda one: -int(one["group"]))[:_NAMES]:
        yield _(
            "“%(name)s”: %(group)s voters whose share of the budget is %(share)s, while what they "
            "chose of the winners cost %(worth)s or less.",
            name=names[one["project"]],
            group=format_decimal(one["group"]),
            share=money(election, one["share"]),
            worth=money(election, one["worth"]),
        )


def _spending(election: Election, dimension: str, rows: Sequence[Json]) -> TableView:
    shares = {
        "share": _("Of the money"),
        "approval_share": _("Of the votes"),
        "voter_share": _("Of the voters"),
        "resident_share": _("Of the residents"),
    }
    told = {name: title for name, title in shares.items() if any(row[name] for row in rows)}
    return TableView(
        dimension_words(dimension),
        (_("Group"), _currency_words(election, _("Money")), *told.values()),
        tuple(
            (
                group_words(dimension, row["label"]),
                format_decimal(row["spent"] / election.money_scale),
                *(share_words(row[name]) for name in told),
            )
            for row in rows
        ),
    )


def _side_by_side(election: Election, sides: Sequence[Json]) -> TableView:
    def row(title: str, *cells: str) -> tuple[str, ...]:
        return (title, *cells)

    return TableView(
        _("Greedy and Equal Shares on the same ballots"),
        (_("What"), *(rule_name(side) for side in sides)),
        (
            row(_("Winners"), *(format_decimal(side["winners"]) for side in sides)),
            row(
                _currency_words(election, _("Cost")),
                *(format_decimal(side["cost"] / election.money_scale) for side in sides),
            ),
            row(
                _("Voters who got none of what they chose"),
                *(format_decimal(side["excluded"]) for side in sides),
            ),
            row(
                _("Winners that a voter chose, on average"),
                *(format_decimal(round(side["mean_approved_winners"], 2)) for side in sides),
            ),
            row(
                _("Voters who got more of their choices than by the other"),
                *(format_decimal(side["preferred_by"]) for side in sides),
            ),
            row(
                _("Losing projects whose supporters got less than they deserve"),
                *(format_decimal(side["violations"]) for side in sides),
            ),
        ),
    )


def _currency_words(election: Election, title: str) -> str:
    return f"{title} ({election.currency})" if election.currency else title


def _side_words(sides: Sequence[Json], names: Mapping[str, str]) -> Iterator[str]:
    for side in sides:
        only = [f"“{names[code]}”" for code in side["only"]]
        if only:
            more = _(", and %(num)s more", num=len(only) - _NAMES) if len(only) > _NAMES else ""
            yield _(
                "Only by %(rule)s: %(names)s.",
                rule=rule_name(side),
                names=", ".join(only[:_NAMES]) + more,
            )
