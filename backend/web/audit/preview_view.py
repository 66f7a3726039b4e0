"""What a weight set would change, in words: who gains, who waits longer, and by how much."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import format_decimal
from sqlalchemy.orm import Session

from backend.audits.districts_by_group import districts_by_group
from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from backend.triage.models import WeightSet
from backend.triage.preview_weights import read_preview
from backend.web.audit.told_weights import told_weights
from backend.web.view_models import PreviewRow, WeightPreviewView
from backend.web.words import duration_words
from equity.levers.weight_preview import AreaChange, Preview, changes_by_group


def preview_view(session: Session, weight_set: WeightSet) -> WeightPreviewView | None:
    """As it was kept with the set; None where nobody could tell."""
    if weight_set.preview is None:
        return None
    kept = read_preview(weight_set.preview)
    told = {str(one.district_id): one for one in told_weights(session, weight_set)}
    names = {area: one.name for area, one in told.items()}
    weights = {area: one.weight for area, one in told.items()}
    shown = [one for one in kept.preview.areas if one.reports]
    ordered = sorted(shown, key=lambda one: (one.mean_hours, names.get(one.area, "")))
    return WeightPreviewView(
        words=_words(kept.preview),
        late_words=_late_words(kept.preview),
        rows=tuple(
            _row(one, names.get(one.area) or _("In no district"), weights.get(one.area, one.weight))
            for one in ordered
        ),
        held=kept.held,
        held_total=sum(one.fallen_back for one in kept.preview.areas),
        digest=kept.preview.digest,
    )


@dataclass(frozen=True, slots=True)
class GroupPreview:
    """What a set would change by fifths of the districts."""

    name: str
    words: str
    rows: tuple[PreviewRow, ...]


def preview_by_group(session: Session, weight_set: WeightSet) -> tuple[GroupPreview, ...]:
    """By income and by age, of the districts as they are in force; the open reports of other
    districts, or of none, are in no fifth. A group has no weight where one of its districts' is not
    told, for that would follow from it."""
    if weight_set.preview is None:
        return ()
    areas = read_preview(weight_set.preview).preview.areas
    told = told_weights(session, weight_set)
    untold = {one.district_id for one in told if one.weight is None}
    found = []
    for grouping in districts_by_group(session):
        of_area = {str(id_): group for id_, group in grouping.of_district.items()}
        changes = changes_by_group(areas, of_area, grouping.groups)
        without = {grouping.of_district.get(id_) for id_ in untold}
        rows = tuple(
            _row(one, one.area.capitalize(), None if one.area in without else one.weight)
            for one in changes
            if one.reports
        )
        if rows:
            name = grouping.name.capitalize()
            found.append(GroupPreview(name, _group_words(changes), rows))
    return tuple(found)


def _group_words(changes: Sequence[AreaChange]) -> str:
    """Which groups wait less on the whole, and which longer; within an hour nobody does."""
    gaining = [one.area for one in changes if one.mean_hours <= -1]
    waiting = [one.area for one in changes if one.mean_hours >= 1]
    if not gaining and not waiting:
        return _("On the whole nobody gains or waits longer by more than an hour.")
    said = []
    if gaining:
        said.append(_("Sooner on the whole: %(groups)s.", groups=", ".join(gaining)))
    if waiting:
        said.append(_("Later on the whole: %(groups)s.", groups=", ".join(waiting)))
    return " ".join(said)


def _words(preview: Preview) -> str:
    sooner = sum(one.sooner for one in preview.areas)
    later = sum(one.later for one in preview.areas)
    if not sooner and not later:
        return _("Of %(open)s open reports none would be done sooner or later than without it.",
                 open=format_decimal(preview.reports))  # fmt: skip
    return _(
        "Of %(open)s open reports, %(sooner)s would be done sooner and %(later)s later than "
        "without it, at the pace of the last four weeks (%(pace)s a day). Danger and urgent work "
        "stay where they are.",
        open=format_decimal(preview.reports),
        sooner=format_decimal(sooner),
        later=format_decimal(later),
        pace=format_decimal(round(preview.served_per_day, 1)),
    )


def _late_words(preview: Preview) -> str:
    before, after = preview.past_target
    return _(
        "Past their target would be %(after)s instead of %(before)s. Nobody who is in time without "
        "weights is late with them.",
        before=format_decimal(before),
        after=format_decimal(after),
    )


def _row(change: AreaChange, name: str, weight: float | None) -> PreviewRow:
    return PreviewRow(
        district_name=name,
        weight=weight,
        reports=change.reports,
        change=_change_words(change.mean_hours),
        sooner=_count_words(change.sooner, change.most_hours_sooner),
        later=_count_words(change.later, change.most_hours_later),
        held=change.fallen_back,
    )


def _change_words(hours: float) -> str:
    if abs(hours) < 1:
        return _("the same, within an hour")
    words = duration_words(timedelta(hours=abs(hours)))
    return _("%(time)s sooner", time=words) if hours < 0 else _("%(time)s later", time=words)


def _count_words(count: int, most_hours: float) -> str:
    if not count:
        return "–"
    return ngettext(
        "one, by %(time)s",
        "%(num)s, by at most %(time)s",
        count,
        time=duration_words(timedelta(hours=most_hours)),
    )
