"""Sensitivity: how many conclusions another choice changes, and which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from backend.audits.few_people import hidden_rates
from backend.audits.fit_rates import MODEL
from backend.audits.models import ALL_SERVICES, AreaRate, RateRun
from backend.audits.queries import latest_run, rates_of, variants_of
from backend.audits.vary_rates import (
    BLACKOUTS,
    LIMITS,
    MODELS,
    Choice,
    Conclusion,
    ask_for_variant,
    choice_of,
    conclusion,
    is_awaited,
    variant_by,
)
from backend.core.access import access, current_actor
from backend.core.actors import STAFF, Role
from backend.core.db import current_session
from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from backend.core.uow import unit_of_work
from backend.places.queries import districts_of
from backend.web.address_filters import read_filters, unreadable
from backend.web.audit.csv_answer import csv_answer
from backend.web.audit.profile_words import rate_words
from backend.web.face import blueprint, notice
from backend.web.refused_form import returns_to
from backend.web.view_models import Choice as Option

_STAFF = tuple(sorted(STAFF))
# By the names of the address; where it says nothing, all is as in the nightly fit, but for two days
# left out.
_OFFERED: Mapping[str, Sequence[str]] = {
    "blackout": tuple(f"{one:g}" for one in BLACKOUTS),
    "limit": tuple(f"{one:g}" for one in LIMITS),
    "model": MODELS,
}
_USUAL = {"blackout": "2", "limit": "100", "model": MODEL}
_COLUMNS = (
    "district_code",
    "district_name",
    "conclusion",
    "relative_rate",
    "low_90",
    "high_90",
    "otherwise_conclusion",
    "otherwise_relative_rate",
    "otherwise_low_90",
    "otherwise_high_90",
    "blackout_days",
    "limit_days",
    "model",
    "fitted_at",
    "data_sha256",
)


@dataclass(frozen=True, slots=True)
class VariantRow:
    """A district as it reads, and as it would read by the other choice."""

    code: str
    name: str
    rate: AreaRate
    other: AreaRate
    is_hidden: bool

    @property
    def is_changed(self) -> bool:
        """Whether it says something else."""
        return not self.is_hidden and conclusion(self.rate) != conclusion(self.other)

    @property
    def words(self) -> tuple[str, str]:
        """Figure and conclusion, both ways."""
        if self.is_hidden:
            return (rate_words(None, is_hidden=True),) * 2
        now, then = (
            f"{_conclusion_words(conclusion(one))} ({rate_words(one, is_hidden=False)})"
            for one in (self.rate, self.other)
        )
        return now, then


@dataclass(frozen=True, slots=True)
class SensitivityPage:
    """One choice held against the newest fit; `variant` is None where it is not there yet."""

    choice: Choice
    run: RateRun
    title: str
    variant: RateRun | None
    is_on_same_reports: bool
    is_awaited: bool
    refusal: str
    rows: tuple[VariantRow, ...]
    stored: tuple[tuple[Choice, int, datetime], ...]


def _form() -> str:
    """What can be chosen, and of what was chosen what there is."""
    given = {name: request.values.get(name, "") for name in _USUAL}
    kept = {name: text for name, text in given.items() if text in _OFFERED[name]}
    return render_template(
        "audit/sensitivity.html", view=None, options=_options(_choice(_USUAL | kept))
    )


@blueprint.get("/audit/sensitivity")
@access(*_STAFF)
@returns_to(_form)
def sensitivity() -> Response:
    """The choices, and what one of them changes."""
    view = _page(current_session())
    page = render_template(
        "audit/sensitivity.html",
        view=view,
        options=_options(view.choice) if view else (),
        choice_words=_choice_words,
        may_ask=current_actor().role in {Role.ANALYST, Role.ADMIN},
    )
    return make_response(page)


@blueprint.post("/audit/sensitivity", endpoint="vary_rates")
@access(Role.ANALYST, Role.ADMIN)
@returns_to(_form)
def vary_rates_submit() -> AnyResponse:
    """Have it computed in the background."""
    choice = _asked()
    with unit_of_work(current_actor()) as work:
        ask_for_variant(work, choice)
    notice("done", _("It is being computed. Load this page again in a minute or two."))
    return redirect(
        url_for(
            "web.sensitivity",
            blackout=f"{choice.blackout_days:g}",
            limit=f"{choice.limit_days:g}",
            model=choice.model,
        )
    )


@blueprint.get("/audit/sensitivity.csv")
@access(*_STAFF)
@returns_to(_form)
def sensitivity_csv() -> Response:
    """Every district both ways."""
    view = _page(current_session())
    rows = [] if view is None else [_cells(view, row) for row in view.rows]
    return csv_answer("sensitivity.csv", _COLUMNS, rows)


def _asked() -> Choice:
    """What is asked for; raises `Invalid` for what nobody is offered: each choice takes a fit."""
    said = read_filters(request.args, tuple(_USUAL))
    sent = {name: request.form.get(name, said[name]) or usual for name, usual in _USUAL.items()}
    for name, text in sent.items():
        if text not in _OFFERED[name]:
            raise unreadable(name, text)
    return _choice(sent)


def _choice(said: Mapping[str, str]) -> Choice:
    return Choice(float(said["blackout"]), float(said["limit"]), said["model"])


def _page(session: Session) -> SensitivityPage | None:
    run, choice = latest_run(session), _asked()
    if run is None:
        return None
    variants = variants_of(session, run)
    variant = variant_by(variants, choice)
    refusal = "" if variant is None else variant.parameters.get("refusal", "")
    rows = () if variant is None else _rows(session, run, variant)
    return SensitivityPage(
        choice,
        run,
        _title(choice, run, variant, rows),
        variant,
        variant is not None and variant.data_sha256 == run.data_sha256,
        is_awaited(session, choice),
        refusal,
        tuple(sorted(rows, key=lambda row: not row.is_changed)),
        tuple(
            (
                choice_of(one),
                sum(row.is_changed for row in _rows(session, run, one)),
                one.fitted_at,
            )
            for one in variants
        ),
    )


def _rows(session: Session, run: RateRun, variant: RateRun) -> tuple[VariantRow, ...]:
    others = {one.district_id: one for one in rates_of(session, variant)}
    districts = districts_of(session, run.boundary_set_id)
    hidden = hidden_rates(session, run)
    found = [
        VariantRow(
            districts[one.district_id].code,
            districts[one.district_id].name,
            one,
            others[one.district_id],
            ALL_SERVICES in hidden[one.district_id],
        )
        for one in rates_of(session, run)
        if one.district_id in others
    ]
    return tuple(sorted(found, key=lambda row: row.name))


def _title(
    choice: Choice, run: RateRun, variant: RateRun | None, rows: tuple[VariantRow, ...]
) -> str:
    if choice == choice_of(run):
        return _("This is how the rates are fitted every night")
    if variant is None:
        return _("Nobody has computed this choice yet")
    if not rows:
        return _("By this choice the rates cannot be fitted")
    changed = sum(row.is_changed for row in rows)
    if not changed:
        return _("No conclusion hangs on this choice")
    return ngettext(
        "One of %(all)s conclusions hangs on this choice",
        "%(num)s of %(all)s conclusions hang on this choice",
        changed,
        all=len(rows),
    )


def _options(choice: Choice) -> tuple[tuple[str, str, list[Option]], ...]:
    """Each switch: its name, its label and what it can be set to."""
    return (
        (
            "blackout",
            _("Left out after the first report"),
            [
                Option(f"{one:g}", _days_words(one), one == choice.blackout_days)
                for one in BLACKOUTS
            ],
        ),
        (
            "limit",
            _("Watched for at most"),
            [Option(f"{one:g}", _days_words(one), one == choice.limit_days) for one in LIMITS],
        ),
        (
            "model",
            _("Model"),
            [Option(one, _model_words(one), one == choice.model) for one in MODELS],
        ),
    )


def _choice_words(choice: Choice) -> str:
    return _(
        "%(blackout)s left out, watched for %(limit)s, %(model)s",
        blackout=_days_words(choice.blackout_days),
        limit=_days_words(choice.limit_days),
        model=_model_words(choice.model),
    )


def _days_words(days: float) -> str:
    if not days:
        return _("nothing")
    if days < 2:
        return _("%(hours)s hours", hours=f"{24 * days:g}")
    return _("%(days)s days", days=f"{days:g}")


def _model_words(model: str) -> str:
    return {
        "bym2": _("smoothed over neighbours (bym2)"),
        "poisson": _("districts on their own (poisson)"),
        "negbin": _("problems differ unseen (negbin)"),
        "zip": _("some are never repeated (zip)"),
    }[model]


def _conclusion_words(found: Conclusion) -> str:
    return {
        Conclusion.LESS: _("clearly less readily"),
        Conclusion.MORE: _("clearly more readily"),
        Conclusion.UNSURE: _("on neither side for sure"),
        Conclusion.UNTOLD: _("cannot tell"),
    }[found]


def _cells(view: SensitivityPage, row: VariantRow) -> dict[str, object]:
    told = {"district_code": row.code, "district_name": row.name}
    choice = {
        "blackout_days": view.choice.blackout_days,
        "limit_days": view.choice.limit_days,
        "model": view.choice.model,
        "fitted_at": view.variant and view.variant.fitted_at.isoformat(),
        "data_sha256": view.variant and view.variant.data_sha256,
    }
    if row.is_hidden:
        return {**told, **choice, "conclusion": "hidden", "otherwise_conclusion": "hidden"}
    return {
        **told,
        **choice,
        "conclusion": conclusion(row.rate),
        "relative_rate": row.rate.relative_rate,
        "low_90": row.rate.low,
        "high_90": row.rate.high,
        "otherwise_conclusion": conclusion(row.other),
        "otherwise_relative_rate": row.other.relative_rate,
        "otherwise_low_90": row.other.low,
        "otherwise_high_90": row.other.high,
    }
