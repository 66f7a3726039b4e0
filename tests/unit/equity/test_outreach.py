"""The outreach list: who is on it, who is not and why, and which channel to try."""

from dataclasses import replace

import pytest

from equity.errors import EquityError
from equity.levers.outreach import VISIT, NotListed, Reach, Residents, outreach_list
from equity.rates.capture_recapture import wilson
from equity.rates.reporting_rate import AreaRate, Grade


def area(
    name: str, grade: Grade, figures: tuple[float, float, float] | None, **changes
) -> Residents:
    told = AreaRate(name, grade, 90, 90, 900.0, *(figures or (None, None, None)))
    whole = Residents(told, 10_000, 0.8, 0.2, {"app": 120, "phone": 60, "paper": 20}, 40)
    return replace(whole, **changes)


AREAS = (
    *(area(f"average {n}", Grade.A, (1.0, 0.9, 1.1)) for n in range(4)),
    area("ready", Grade.A, (1.4, 1.3, 1.5)),
    area("unsure", Grade.B, (0.6, 0.3, 1.2)),
    area("few", Grade.C, None),
    area("silent", Grade.S, (0.1, 0.05, 0.2)),
    # As many smartphones as elsewhere, and hardly anybody uses the app.
    area("no app", Grade.A, (0.5, 0.4, 0.6), reports={"app": 10, "phone": 40, "paper": 10}),
    # Twice as old: paper would be expected to bring in more.
    area("old", Grade.B, (0.6, 0.4, 0.8), senior_share=0.6, visited_days_ago=None),
    area("like all", Grade.B, (0.6, 0.4, 0.8), residents=10_000.0, visited_days_ago=7),
)


def test_everybody_is_on_the_list_or_has_a_reason_not_to_be():
    found = outreach_list(AREAS)
    assert [one.area for one in found.areas] == ["no app", "old", "like all"]
    assert dict(found.not_listed) == {
        **{f"average {n}": NotListed.NOT_LOW for n in range(4)},
        "ready": NotListed.NOT_LOW,
        "unsure": NotListed.NOT_LOW,
        "few": NotListed.CANNOT_TELL,
        "silent": NotListed.SILENT,
    }
    worst = found.areas[0]
    assert (worst.median_rate, worst.upper_limit) == (1.0, 0.6)
    assert worst.unheard == pytest.approx(10_000 * (1 - 0.6 / 1.0))


def test_the_channel_is_the_one_surely_used_too_little():
    by_name = {one.area: one for one in outreach_list(AREAS).areas}
    assert by_name["no app"].channel == "app"
    assert by_name["old"].channel == "paper"
    assert by_name["like all"].channel == VISIT
    for one in by_name.values():
        assert sum(gap.expected_share for gap in one.gaps) == pytest.approx(1)
        reports = sum(gap.reports for gap in one.gaps)
        for gap in one.gaps:
            assert (gap.low, gap.high) == wilson(gap.reports, reports)
            assert gap.gap == gap.expected_share - gap.high
    # By hand: each channel's part in the city, times residents reached here over those reached
    # in the city, over the sum of all.
    old = {gap.channel: gap for gap in by_name["old"].gaps}
    reports = {"app": 10 * 120 + 10, "phone": 10 * 60 + 40, "paper": 10 * 20 + 10}
    seniors = (10 * 0.2 + 0.6) / 11
    parts = {
        "app": reports["app"],
        "phone": reports["phone"],
        "paper": reports["paper"] * 0.6 / seniors,
    }
    assert old["paper"].expected_share == pytest.approx(parts["paper"] / sum(parts.values()))


def test_a_city_without_reports_or_with_its_own_channels():
    quiet = [replace(one, reports={}) for one in AREAS]
    assert {one.channel for one in outreach_list(quiet).areas} == {VISIT}
    assert outreach_list([]).areas == ()
    kiosk = [replace(one, reports={"kiosk": 10}) for one in AREAS]
    gap = outreach_list(kiosk).areas[0].gaps[0]
    assert (gap.reach, gap.expected_share) == (Reach.EVERYONE, 1.0)
    for wrong in ({"smartphone_share": 1.1}, {"residents": -1.0}, {"reports": {"app": -1}}):
        with pytest.raises(EquityError, match="outreach-figures-impossible"):
            outreach_list([replace(AREAS[0], **wrong)])
