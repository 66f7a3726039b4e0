"""What each page needs to know, as plain values: the seam between queries and templates.

Templates read these and nothing else, so a page can be drawn and tested without a database.
Moments are UTC-aware; templates show them in the city's time zone through the `moment` filter.
"""

from dataclasses import dataclass
from datetime import datetime

from backend.photos.queries import PublicPhoto


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a filter or a form."""

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class StandingView:
    """A state as shape and words."""

    mark: str
    words: str


@dataclass(frozen=True, slots=True)
class QueueRowView:
    """One incident in the staff's queue.

    `waiting_hours` / `target_hours` x `weight` is the `score`; `weight_from` says why the weight is
    what it is: "severity" (always 1 there), "nobody" (no district counts for more), "weight_set" or
    "held" (1, so that another report is done in time).
    `moves_key` tells which of the page's `moves` the viewer may take; `taker` who works on it.
    `at` is its place in a list, as an address has it.
    """

    position: int
    number: str
    service_name: str
    severity_band: int
    severity_words: str
    state: str
    state_words: str
    district_name: str | None
    is_outside: bool
    opened_at: datetime
    waiting_words: str
    due_words: str
    is_overdue: bool
    reports: int
    summary: str
    sentence: str
    score: float
    waiting_hours: float
    target_hours: float
    weight: float
    weight_from: str
    version: int
    moves_key: str
    taker: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class RequestView:
    """One report as a person saw and said it; `contact` and who `entered` it are for staff.

    Since `to_tell_since` there is something that whoever reported it asked to be told by a person.
    `is_contact_kept_back` is where there is one that the reader may not see.
    """

    number: str
    description: str
    channel_words: str
    requested_at: datetime
    address: str | None
    contact: tuple[tuple[str, str], ...] = ()
    is_contact_kept_back: bool = False
    entered: str = ""
    to_tell_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class HistoryView:
    """One thing that happened to an incident, with the reason whoever looks can read."""

    at: datetime
    words: str
    actor_words: str
    reason: str | None
    is_reason_hidden: bool = False


@dataclass(frozen=True, slots=True)
class RatingsView:
    """How those concerned say it was dealt with: answers with their counts, and words."""

    counts: tuple[tuple[str, int], ...]
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class IncidentPageView:
    """Everything staff know about one incident; `row.position` is 0 when it is not in the queue."""

    row: QueueRowView
    moves: tuple[Choice, ...]
    lon: float
    lat: float
    due_at: datetime | None
    requests: tuple[RequestView, ...]
    history: tuple[HistoryView, ...]
    # Numbers of what was joined to it.
    joined: tuple[str, ...]
    inspection_outcomes: tuple[Choice, ...]
    ratings: RatingsView | None
    map: "MapView | None"


@dataclass(frozen=True, slots=True)
class PublicReportView:
    """What anybody may read about one report.

    `late_words` say how late it is, or was when its clock stopped; empty where it is not.
    `untold` is how many older words there are besides those in `history`. `same_as` is the number
    of the report it was joined to. Somebody else saw it before, at `first_at`: its date counts from
    then. Each is None where there is none.
    """

    number: str
    same_as: str | None
    service_name: str
    description: str
    state: str
    state_words: str
    next_words: str
    address: str | None
    district_name: str | None
    is_outside: bool
    requested_at: datetime
    first_at: datetime | None
    target_at: datetime
    answered_at: datetime | None
    is_open: bool
    is_paused: bool
    late_words: str
    reports: int
    history: tuple[HistoryView, ...]
    untold: int
    photos: tuple[PublicPhoto, ...]
    emergency_words: str | None
    map: "MapView | None"


@dataclass(frozen=True, slots=True)
class GroundShape:
    """One quiet shape of the ground map: `kind` is water, green, street or arterial."""

    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class DistrictShape:
    """One district on a map; `step` 0..4 picks the ramp's colour, None is the hatch."""

    id: str
    name: str
    path: str
    label_x: float
    label_y: float
    step: int | None
    words: str


@dataclass(frozen=True, slots=True)
class MapMark:
    """A small mark on a map, in the viewBox's units; a strong one is filled and has a label."""

    x: float
    y: float
    label: str
    words: str
    is_strong: bool


@dataclass(frozen=True, slots=True)
class MapView:
    """A map drawn as SVG without any outside server; `pin` is in the viewBox's units."""

    width: float
    height: float
    ground: tuple[GroundShape, ...]
    districts: tuple[DistrictShape, ...]
    title: str
    pin: tuple[float, float] | None = None
    marks: tuple[MapMark, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditRowView:
    """One district in the audit: rate None where the data cannot tell.

    `counts` are reports, problems watched and repeats, None where they are hidden; `grade` is empty
    then. `remark` is what the figures do not say.
    """

    district_id: str
    district_name: str
    census: tuple[str, ...]
    counts: tuple[int, int, int] | None = None
    relative_rate: float | None = None
    low: float | None = None
    high: float | None = None
    grade: str = ""
    grade_words: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class LegendStep:
    """One class of the map's ramp (`step` None is the hatch)."""

    step: int | None
    words: str


@dataclass(frozen=True, slots=True)
class AuditChoice:
    """A group of services one can see the rates of; all services are named by none."""

    name: str
    url: str
    services: tuple[str, ...]
    is_here: bool


@dataclass(frozen=True, slots=True)
class AuditPageView:
    """Reporting rates by district, beside the census columns the city imported.

    `basis`, `method` and `city` are sentences, `city` empty unless the city is too small for
    districts; `hidden` says why figures are missing, if any are; `folded` are rows of which all
    there is to say is that nobody can tell.
    """

    finding: str
    caveat: str
    basis: tuple[str, ...]
    method: tuple[str, ...]
    city: str
    sensitivity: str
    hidden: str
    choices: tuple[AuditChoice, ...]
    census_columns: tuple[str, ...]
    census_source: str
    rows: tuple[AuditRowView, ...]
    folded: tuple[AuditRowView, ...]
    scale_max: float
    map: MapView
    legend: tuple[LegendStep, ...]
    csv_url: str
    parameters_url: str


@dataclass(frozen=True, slots=True)
class WeightRowView:
    """One district's weight inside severity bands 2 to 4, None where it is not told, with where it
    comes from."""

    district_name: str
    weight: float | None
    words: str


@dataclass(frozen=True, slots=True)
class WeightSetView:
    """A proposed, approved or retired weight set."""

    id: str
    version: int
    state: str
    state_words: str
    strength: float
    proposed_at: datetime
    proposed_by: str
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None
    rows: tuple[WeightRowView, ...]
    preview: "WeightPreviewView | None"


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """What a weight set would change for the open reports of one district, in words; `weight` is
    None where it is not told."""

    district_name: str
    weight: float | None
    reports: int
    change: str
    sooner: str
    later: str
    held: int


@dataclass(frozen=True, slots=True)
class WeightPreviewView:
    """What a weight set would have done to the queue when it was proposed.

    `held` are pairs: a report whose weight falls back to 1, and the one it would make late.
    """

    words: str
    late_words: str
    rows: tuple[PreviewRow, ...]
    held: tuple[tuple[str, str], ...]
    held_total: int
    digest: str


@dataclass(frozen=True, slots=True)
class WeightsPageView:
    """All weight sets, newest first, and whether this viewer may approve."""

    sets: tuple[WeightSetView, ...]
    may_decide: bool


@dataclass(frozen=True, slots=True)
class ElectionLinkView:
    """One line of the list of elections."""

    slug: str
    title: str
    voters: int
    words: str


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One entry of the public decision log."""

    sequence: int
    at: datetime
    actor_words: str
    words: str
    hash: str


@dataclass(frozen=True, slots=True)
class HomePageView:
    """The public front page; `late` have no answer in time.

    Budgets are title, slug and where they stand; the newest finding is its id, headline and period.
    """

    open_incidents: int
    settled_30_days: int
    late: int
    elections: tuple[ElectionLinkView, ...]
    budgets: tuple[tuple[str, str, str], ...]
    finding: tuple[int, str, str] | None
    map: MapView | None


@dataclass(frozen=True, slots=True)
class TruthRowView:
    """Estimate against truth for one district of the made-up city."""

    district_name: str
    true_incidents: int
    reported_incidents: int
    reports_per_1000: float
    true_relative_rate: float
    relative_rate: float | None
    low: float | None
    high: float | None
    grade: str
    is_covered: bool | None


@dataclass(frozen=True, slots=True)
class TruthPageView:
    """How far the estimates are from a truth that only a made-up city has."""

    finding: str
    caveat: str
    coverage_words: str
    scale_max: float
    rows: tuple[TruthRowView, ...]
