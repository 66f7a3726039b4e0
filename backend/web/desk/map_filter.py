"""What of the incidents a map shows, as an address says it; the tiles know no other words."""

from werkzeug.datastructures import MultiDict

from backend.core.errors import Invalid
from backend.reports.map_cells.on_map import CLOSED_ON_MAP, MapFilter
from backend.reports.workflow import OPEN_STATES, State

GROUPS: dict[str, tuple[State, ...]] = {
    "open": OPEN_STATES,
    "closed": CLOSED_ON_MAP,
    "all": OPEN_STATES + CLOSED_ON_MAP,
}
"""States that go together; `open` where the address names none."""
NAMES = ("district", "service", "state")


def read_map_filter(args: MultiDict[str, str], *, is_public: bool) -> MapFilter:
    """The filter in an address; raises `Invalid` for a state there is none of."""
    return MapFilter(
        is_public=is_public,
        states=_states(args.get("state") or "open"),
        service_codes=tuple(one for one in args.getlist("service") if one),
        district_code=args.get("district") or None,
    )


def _states(name: str) -> tuple[State, ...]:
    if name in GROUPS:
        return GROUPS[name]
    if name not in {state.value for state in GROUPS["all"]}:
        offered = [*GROUPS, *GROUPS["all"]]
        raise Invalid("choice-not-offered", pointer="/state", choices=offered)
    return (State(name),)
