"""Weight sets: propose, look, decide."""

import uuid
from dataclasses import asdict

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backend.audits.few_people import told_rates
from backend.audits.queries import find_run, latest_run
from backend.core.access import access, current_actor
from backend.core.actors import STAFF, Role
from backend.core.db import current_session
from backend.core.errors import Conflict, Invalid, NotFound
from backend.core.i18n import gettext as _
from backend.core.uow import unit_of_work
from backend.triage.models import WeightSet
from backend.triage.preview_weights import read_preview
from backend.triage.queries import (
    version_in_force,
    versions_once_in_force,
    weight_sets,
)
from backend.triage.weight_sets import (
    DecideWeights,
    ProposeWeights,
    RollBackWeights,
    decide_weights,
    propose_weights,
    roll_back_weights,
)
from backend.web.audit.asked import asked_for, told_here
from backend.web.audit.csv_answer import csv_answer
from backend.web.audit.preview_view import preview_by_group, preview_view
from backend.web.audit.told_weights import ToldWeight, told_weights
from backend.web.face import blueprint, notice
from backend.web.fact_words import quoted, read_facts
from backend.web.form_fields import text
from backend.web.refused_form import returns_to
from backend.web.view_models import WeightRowView, WeightSetView, WeightsPageView
from backend.web.words import actor_words, below_middle_words

_DECISIONS = ("approve", "retire", "go-back")
_COLUMNS = (
    "district_name",
    "weight",
    "upper_rate",
    "median_rate",
    "reports",
    "sooner",
    "later",
    "fallen_back",
    "mean_hours",
    "most_hours_sooner",
    "most_hours_later",
    "rate_run",
    "data_sha256",
    "strength",
    "state",
)


@blueprint.get("/audit/weights")
@access(*sorted(STAFF))
@told_here
def weights() -> str:
    """All sets, newest first."""
    asked_for()
    session, actor = current_session(), current_actor()
    sets = weight_sets(session)
    view = WeightsPageView(
        sets=tuple(_set_view(session, one) for one in sets),
        may_decide=actor.role in {Role.ANALYST, Role.ADMIN},
    )
    once = versions_once_in_force(session)
    return render_template(
        "audit/weights.html",
        view=view,
        runs={str(one.id): find_run(session, one.rate_run) for one in sets},
        by_group={str(one.id): preview_by_group(session, one) for one in sets},
        own={one.version for one in sets if one.proposed_by == actor.key},
        in_force=version_in_force(session) or "",
        may_go_back_to={one.version for one in sets if one.state == "retired"} & once,
    )


@blueprint.get("/audit/weights/<int:version>.csv")
@access(*sorted(STAFF))
@returns_to(weights)
def weights_csv(version: int) -> Response:
    """The weights of one set, where they come from, and what they would have changed."""
    asked_for()
    session = current_session()
    chosen = next((one for one in weight_sets(session) if one.version == version), None)
    if chosen is None:
        raise NotFound("weight-set-not-found")
    changes, run = {}, find_run(session, chosen.rate_run)
    if chosen.preview is not None:
        changes = {one.area: one for one in read_preview(chosen.preview).preview.areas}
    rows = (
        ({} if (found := changes.get(str(told.district_id))) is None else asdict(found))
        | {
            "district_name": told.name,
            "weight": told.weight,
            "upper_rate": told.upper_rate,
            "median_rate": told.median_rate,
            "rate_run": chosen.rate_run,
            "data_sha256": run and run.data_sha256,
            "strength": chosen.strength,
            "state": chosen.state,
        }
        for told in told_weights(session, chosen)
    )
    return csv_answer(f"weights-{version}.csv", _COLUMNS, rows)


@blueprint.post("/audit/weights", endpoint="propose_weights")
@access(Role.ANALYST, Role.ADMIN)
@returns_to(weights)
def propose_weights_submit() -> Response:
    """Compute a set from the newest rates and show it; nothing changes yet."""
    strength = request.form.get("strength", type=float)
    if strength is None:
        raise Invalid("strength-not-valid", pointer="/strength", most=5)
    with unit_of_work(current_actor()) as work:
        run = latest_run(work.session)
        if run is None:
            raise Conflict("rates-missing")
        rates = told_rates(work.session, run)
        proposed = propose_weights(work, ProposeWeights(str(run.id), rates, strength))
        version = proposed.version
    notice("done", _("Version %(version)s is proposed. It changes nothing yet.", version=version))
    return redirect(url_for("web.weights"))


@blueprint.post("/audit/weights/<uuid:id>", endpoint="decide_weights")
@access(Role.ANALYST, Role.ADMIN)
@returns_to(weights)
def decide_weights_submit(id: uuid.UUID) -> Response:
    """Put a set in force, take it back, or go back to it."""
    decision, reason, seen = (text(name) for name in ("decision", "reason", "in_force"))
    if decision not in _DECISIONS:
        raise Invalid("choice-not-offered", pointer="/decision", choices=list(_DECISIONS))
    with unit_of_work(current_actor()) as work:
        if decision == "go-back":
            decided = roll_back_weights(work, RollBackWeights(id, reason, seen))
        else:
            decided = decide_weights(work, DecideWeights(id, decision == "approve", reason, seen))
        version, state = decided.version, decided.state
    words = _("Version %(version)s: %(state)s.", version=version, state=_state_words(state))
    notice("done", words)
    return redirect(url_for("web.weights"))


def _set_view(session: Session, weight_set: WeightSet) -> WeightSetView:
    return WeightSetView(
        id=str(weight_set.id),
        version=weight_set.version,
        state=weight_set.state,
        state_words=_state_words(weight_set.state),
        strength=weight_set.strength,
        proposed_at=weight_set.proposed_at,
        proposed_by=actor_words(weight_set.proposed_by),
        decided_at=weight_set.decided_at,
        decided_by=weight_set.decided_by and actor_words(weight_set.decided_by),
        reason=weight_set.reason,
        rows=tuple(_row(told) for told in told_weights(session, weight_set)),
        preview=preview_view(session, weight_set),
    )


def _row(told: ToldWeight) -> WeightRowView:
    if told.is_hidden:
        words = _("Few people stand behind its rate, or another that it would give away.")
        if told.weight is None:
            words += " " + _("The weight would tell it; in a new proposal it is 1.")
    elif told.upper_rate is None or told.median_rate is None:
        words = _("Cannot tell, so it stays at 1.")
    elif told.upper_rate >= told.median_rate:
        words = _("Not clearly below the middle district, so it stays at 1.")
    else:
        words = below_middle_words(told.upper_rate, told.median_rate)
    return WeightRowView(told.name, told.weight, words)


def _state_words(state: str) -> str:
    return {"proposed": _("Proposed"), "approved": _("In force"), "retired": _("Retired")}[state]


def _in_force_words(version: str) -> str:
    number = version.isdecimal()
    return _("version %(version)s", version=version) if number else _("none, every weight is 1")


read_facts("weight-set-decided", state=quoted(_state_words))
read_facts("weights-in-force-changed", in_force=_in_force_words)
