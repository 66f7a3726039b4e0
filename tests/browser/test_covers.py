"""What nobody should see on a photo is covered: drawn by pointer or keys, typed without script."""

from typing import Any

import pytest
import sqlalchemy as sa
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from pictures import decoded, encoded, scene
from playwright.sync_api import expect
from sites import Site, sign_in
from telling import pass_time

from backend.core.actors import ANONYMOUS, Role
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.photos.models import Photo
from backend.photos.stored_names import picture_name
from backend.reports.photos.keep_photo import keep_photo
from backend.reports.queries import find_request

pytestmark = pytest.mark.slow

WIDE = {"width": 1280, "height": 1000}
NARROW = {"width": 320, "height": 700}


def with_a_photo(site: Site) -> None:
    """Let the site's open report have one, which a person has to look at."""
    with site.world.app.app_context():
        report = find_request(current_session(), site.open_number).id
        keep_photo(ANONYMOUS, report, encoded(scene(640, 480)))
        pass_time(site.world, seconds=1)


def opens_the_form(page: Any, site: Site) -> Any:
    sign_in(page, site, Role.WARD_STAFF)
    page.goto(f"{site.url}/desk/incidents/{site.open_number}")
    page.locator(".judged summary").click()
    return page.locator(".judged form", has=page.locator(".covering"))


def the_picture(site: Site) -> Any:
    """The picture as it is now, with what was covered in it."""
    with site.world.app.app_context():
        pass_time(site.world, seconds=1)
        photo = current_session().scalars(sa.select(Photo)).one()
        assert (photo.state, photo.covers) == ("held", [])
        assert photo.rendering_id is not None
        data = current_runtime().media.get(picture_name(photo.rendering_id))
    assert data is not None
    return decoded(data)


def is_covered(picture: Any, across: float, down: float) -> bool:
    """Whether the picture is of one colour around a place, in percent."""
    at = [round(side * part / 100) for side, part in zip(picture.size, (across, down), strict=True)]
    colours = {picture.getpixel((at[0] + x, at[1] + y)) for x in (-2, 0, 2) for y in (-2, 0, 2)}
    return all(max(colour) < 8 for colour in colours)


def drags(page: Any, stage: Any, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Press at one place of the picture, in percent, and let go at another."""
    box = stage.bounding_box()
    spots = [
        (box["x"] + box["width"] * x / 100, box["y"] + box["height"] * y / 100)
        for x, y in (start, end)
    ]
    page.mouse.move(*spots[0])
    page.mouse.down()
    page.mouse.move(*spots[1], steps=5)
    page.mouse.up()


def values(form: Any) -> list[list[str]]:
    """What the rows of fields hold: left, right, top, bottom."""
    return [
        [one.input_value() for one in row.locator("input").all()]
        for row in form.locator(".cover-fields").all()
    ]


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_parts_are_drawn_moved_and_taken_away(
    chromium: Any, site: Site, size: dict[str, int]
) -> None:
    with_a_photo(site)
    with chromium.new_context(viewport=size) as context:
        page = context.new_page()
        form = opens_the_form(page, site)
        stage = form.locator(".cover-stage svg")
        expect(stage).to_be_visible()
        stage.scroll_into_view_if_needed()
        # Nothing is covered before somebody says what.
        assert values(form) == [["", "", "", ""]]
        drags(page, stage, (10, 20), (30, 50))
        [drawn] = values(form)
        for one, meant in zip(drawn, (10, 30, 20, 50), strict=True):
            assert int(one) == pytest.approx(meant, abs=2)
        # What is drawn over moves; a tap on nothing draws nothing.
        drags(page, stage, (20, 30), (40, 30))
        [after] = values(form)
        assert int(after[0]) - int(drawn[0]) == pytest.approx(20, abs=2)
        assert int(after[1]) - int(after[0]) == int(drawn[1]) - int(drawn[0])
        page.mouse.click(
            stage.bounding_box()["x"] + stage.bounding_box()["width"] * 0.9,
            stage.bounding_box()["y"] + stage.bounding_box()["height"] * 0.9,
        )
        assert len(values(form)) == 1
        # By keys alone: another part, to the right and larger.
        form.get_by_role("button", name="Add a part").focus()
        page.keyboard.press("Enter")
        rect = stage.locator("rect").nth(1)
        expect(rect).to_be_focused()
        for _ in range(30):
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowDown")
        page.keyboard.press("ArrowDown")
        assert values(form)[1] == ["70", "90", "41", "62"]
        expect(page.locator("#announcements")).to_contain_text("Part 2: 70 to 90 across")
        page.keyboard.press("Enter")
        expect(form.locator(".cover-fields").nth(1).get_by_label("From left")).to_be_focused()
        page.keyboard.press("ControlOrMeta+A")
        page.keyboard.type("60")
        expect(rect).to_have_attribute("x", "60")
        page.evaluate(AXE_SCRIPT)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert not found["violations"], AxeResults(found).generate_report()
        # The first is taken away again, by keys too.
        stage.locator("rect").first.focus()
        page.keyboard.press("Delete")
        assert values(form) == [["60", "90", "41", "62"]]
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"]


def test_what_was_drawn_is_covered_for_good(chromium: Any, site: Site) -> None:
    with_a_photo(site)
    with chromium.new_context(viewport=WIDE) as context:
        page = context.new_page()
        form = opens_the_form(page, site)
        stage = form.locator(".cover-stage svg")
        stage.scroll_into_view_if_needed()
        form.get_by_label("Reason").fill("A number plate")
        # Without a part there is nothing to cover, and the reason stays.
        form.get_by_role("button", name="Cover it for good").click()
        expect(page.get_by_role("alert").first).to_contain_text("Please say what to cover")
        form = page.locator(".judged form", has=page.locator(".covering"))
        expect(form.get_by_label("Reason")).to_have_value("A number plate")
        stage = form.locator(".cover-stage svg")
        stage.scroll_into_view_if_needed()
        drags(page, stage, (10, 10), (30, 30))
        drags(page, stage, (60, 60), (80, 90))
        form.get_by_role("button", name="Cover it for good").click()
        expect(page.get_by_text("It is being covered")).to_be_visible()
    picture = the_picture(site)
    for across, down in ((20, 20), (70, 75)):
        assert is_covered(picture, across, down)
    for across, down in ((45, 45), (20, 75), (90, 20)):
        assert not is_covered(picture, across, down)


def test_without_script_the_four_fields_do_the_same(chromium: Any, site: Site) -> None:
    with_a_photo(site)
    with chromium.new_context(java_script_enabled=False, viewport=NARROW) as context:
        page = context.new_page()
        form = opens_the_form(page, site)
        assert values(form) == [["0", "100", "0", "100"]]
        for label, text in (("From left", "50"), ("To", "100"), ("Down to", "40")):
            form.get_by_label(label, exact=True).fill(text)
        form.get_by_label("Reason").fill("A face")
        form.get_by_role("button", name="Cover it for good").click()
        expect(page.get_by_text("It is being covered")).to_be_visible()
    picture = the_picture(site)
    assert is_covered(picture, 75, 20)
    assert not is_covered(picture, 25, 20)
    assert not is_covered(picture, 75, 70)


def test_a_photo_is_shown_and_refused_again_without_script(chromium: Any, site: Site) -> None:
    with_a_photo(site)
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        opens_the_form(page, site)
        id_ = page.locator(".judged a").get_attribute("href").rpartition("/")[2]
        public = f"{site.url}/v1/photos/{id_}"
        stranger = chromium.new_context().request
        assert stranger.get(public).status == 404
        page.get_by_role("button", name="Show it").click()
        expect(page.get_by_role("status").first).to_contain_text("Everybody can see the photo now")
        assert stranger.get(public).status == 200
        page.locator(".judged summary").click()
        form = page.locator(".judged form", has=page.locator(".covering"))
        # Nobody is refused without a reason.
        form.get_by_role("button", name="Refuse it").click()
        expect(page.get_by_role("alert").first).to_be_visible()
        expect(page.locator("main")).to_contain_text("Everybody sees it")
        form.get_by_label("Reason").fill("A face can be seen")
        form.get_by_role("button", name="Refuse it").click()
        expect(page.get_by_role("status").first).to_contain_text("The photo is refused")
        assert stranger.get(public).status == 404
