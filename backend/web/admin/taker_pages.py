"""Administration: teams, other bodies, and the routes that lead to them."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.core.access import access, current_actor
from backend.core.actors import Role
from backend.core.db import current_session
from backend.core.i18n import gettext as _
from backend.core.uow import unit_of_work
from backend.places.queries import current_districts
from backend.reports.administration.set_routes import remove_route, routes, set_route
from backend.reports.administration.set_taker import remove_taker, set_taker
from backend.reports.administration.standing import Kind, entry_of, every_taker, mark_of
from backend.reports.catalogue import Taker, city_catalogue
from backend.reports.catalogue_fields import ROUTE
from backend.reports.models import RoutingRule
from backend.reports.takers import bodies, teams
from backend.web.admin import admin_form
from backend.web.catalogue_words import kind_words
from backend.web.face import blueprint, notice
from backend.web.refused_form import returns_to
from backend.web.view_models import Choice


@blueprint.get("/admin/teams")
@access(Role.ADMIN)
def admin_teams() -> str:
    """Teams and other bodies, each with what hangs on it."""
    session = current_session()
    return render_template(
        "admin/teams.html",
        kinds=[(kind, every_taker(session, kind)) for kind in (Kind.TEAM, Kind.BODY)],
        kind_words=kind_words,
        mark_of=mark_of,
    )


@blueprint.post("/admin/teams", endpoint="set_taker")
@access(Role.ADMIN)
@returns_to(admin_teams)
def set_taker_submit() -> Response:
    """Save one, or add one."""
    command = admin_form.taker()
    with unit_of_work(current_actor()) as work:
        set_taker(work, command)
    notice("done", _("%(code)s is saved.", code=command.entry["code"]))
    return redirect(url_for("web.admin_teams"))


@blueprint.post("/admin/teams/removal", endpoint="remove_taker")
@access(Role.ADMIN)
@returns_to(admin_teams)
def remove_taker_submit() -> Response:
    """Take back one that never had a report."""
    code = admin_form.line("code")
    with unit_of_work(current_actor()) as work:
        remove_taker(work, admin_form.taker_kind(), code, admin_form.line("seen"))
    notice("done", _("%(code)s is gone.", code=code))
    return redirect(url_for("web.admin_teams"))


@blueprint.get("/admin/routes")
@access(Role.ADMIN)
def admin_routes() -> str:
    """Who takes what, with who would take what is asked for."""
    session = current_session()
    catalogue = city_catalogue(session)
    services = {one.code: one.name for one in catalogue.services.values()}
    districts = {one.code: one.name for one in current_districts(session)}
    takers = {f"{Kind.TEAM}:{one.code}": one.name for one in teams(session)} | {
        f"{Kind.BODY}:{one.code}": one.name for one in bodies(session)
    }
    asked = request.args.get("service", ""), request.args.get("district", "")
    taker = catalogue.taker(asked[0], asked[1] or None)
    return render_template(
        "admin/routes.html",
        routes=[
            (one, mark_of(entry_of(one, ROUTE)), _choices(takers, _taker(one)))
            for one in routes(session)
        ],
        services=services,
        districts=districts,
        takers=takers,
        service_choices=_choices(services, asked[0]),
        district_choices=_choices(districts, asked[1]),
        taker_choices=_choices(takers, ""),
        asked=asked if any(asked) else None,
        found=takers.get(_taker(taker)),
    )


@blueprint.post("/admin/routes", endpoint="set_route")
@access(Role.ADMIN)
@returns_to(admin_routes)
def set_route_submit() -> Response:
    """Lead reports somewhere from now on."""
    command = admin_form.route()
    with unit_of_work(current_actor()) as work:
        set_route(work, command)
    notice("done", _("The route is saved. Reports that are here already stay where they are."))
    return redirect(url_for("web.admin_routes"))


@blueprint.post("/admin/routes/removal", endpoint="remove_route")
@access(Role.ADMIN)
@returns_to(admin_routes)
def remove_route_submit() -> Response:
    """Let the next wider route hold."""
    which = [admin_form.line(name) or None for name in ("service", "district")]
    with unit_of_work(current_actor()) as work:
        remove_route(work, which[0], which[1], admin_form.line("seen"))
    notice("done", _("The route is gone."))
    return redirect(url_for("web.admin_routes"))


def _taker(found: RoutingRule | Taker) -> str:
    """As the choices name it."""
    is_team = found.team_code is not None
    return f"{Kind.TEAM}:{found.team_code}" if is_team else f"{Kind.BODY}:{found.body_code}"


def _choices(named: dict[str, str], chosen: str) -> list[Choice]:
    return [Choice(code, name, code == chosen) for code, name in sorted(named.items(), key=_name)]


def _name(pair: tuple[str, str]) -> tuple[str, str]:
    return pair[1].casefold(), pair[0]
