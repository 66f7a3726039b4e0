"""Paper ballots at the desk, by forms alone: from an empty box to numbers that everybody reads."""

import re

import sqlalchemy as sa
from acting import do
from cycles import go_to
from full_city import HOSTILE
from page_reader import read_page
from votes import SLUG, TRUSTEES_KEY, enrol, make_vote
from worlds import PASSWORD, World, csrf

from backend.accounts.models import StaffAccount
from backend.ballots.cycle.phases import Phase
from backend.ballots.voting.commands import CountBallots
from backend.ballots.voting.count_ballots import count_ballots
from backend.core.actors import OPERATOR, Role
from backend.core.ids import read_number
from backend.core.uow import unit_of_work

BASE = f"/desk/budget/{SLUG}/paper"


class Clerk:
    """A member of staff at a browser; every page that comes back is read for faults."""

    def __init__(self, world: World, username: str) -> None:
        self._client = world.client()
        form = {"username": username, "password": PASSWORD, "csrf_token": csrf(self._client)}
        self._client.post("/sign-in", data=form)
        self._token = csrf(self._client, BASE)

    def send(self, step: str, status: int = 302, batch: int = 1, **form: object) -> str:
        address = f"{BASE}/{batch}/{step}" if step else BASE
        answer = self._client.post(address, data=form | {"csrf_token": self._token})
        assert answer.status_code == status, answer.text
        return self.see(answer.headers["Location"]) if status == 302 else self._read(answer.text)

    def see(self, address: str) -> str:
        return self._read(self._client.get(address).text)

    def _read(self, text: str) -> str:
        assert read_page(text).faults == []
        assert HOSTILE not in text
        return " ".join(text.split())


def test_a_batch_goes_from_voters_to_the_count_by_forms_alone(sqlite_city: World) -> None:
    make_vote(sqlite_city)
    with unit_of_work(OPERATOR) as work:
        work.session.execute(sa.update(StaffAccount).values(role=Role.WARD_STAFF.value))
    enrol(dict.fromkeys(range(3), "SW"))
    go_to(sqlite_city, Phase.VOTE)
    one, two, three = (Clerk(sqlite_city, name) for name in ("ward_staff", "admin", "analyst"))
    assert "Voters are checked in" in one.send("", place=HOSTILE, district="SW")
    assert "Give out one sheet. Checked in: 1" in one.send("voters", voter="0")
    one.send("voters", voter="1")
    back = {"voter": "1", "act": "back"}
    page = one.send("voters", 422, **back)
    assert "has letters and digits, at most 20" in page
    assert 'aria-invalid="true"' in page
    assert "takes one of" in one.send("voters", 422, **back | {"act": "Back", "sheet": "B1"})
    assert "Checked in: 1" in one.send("voters", sheet="B1", **back)
    assert "has no sheet" in one.send("voters", 409, sheet=HOSTILE, reason=HOSTILE, **back)
    one.send("voters", voter="1")
    assert "came back unused" in one.send("voters", 409, sheet="b1", **back)
    assert "Nobody on the roll" in one.send("voters", 404, voter=HOSTILE)
    assert "cannot be read" in one.send("doubts", kind="unreadable")
    assert "Refused" in one.send("doubts/1", reason="no envelope")
    assert "from 0 to 5000" in one.send("box", 422, sheets="two")
    one.send("box", sheets="2")
    assert "none of the codes" in one.send("keying", 422, sheet="A1", marks=f"C1 {HOSTILE}")
    assert "1 of 2 sheets" in one.send("keying", sheet="A1", marks="c1 w2")
    assert "takes the place" in one.send("keying", 409, sheet="a1", marks="C2")
    assert "takes one of" in one.send("keying", 422, act="dropp", sheet="A1", marks="c1")
    assert "0 of 2 sheets" in one.send("keying", act="drop", sheet="A1")
    for sheet, marks in (("A1", "C1 W2"), ("A2", "C2 ?SW")):
        one.send("keying", sheet=sheet, marks=marks)
    assert "You keyed them the first time" in one.send("finish")
    assert "C1 W2" not in two.see(f"{BASE}/1/keying")
    assert "C1 W2" not in two.see(f"{BASE}/1/differences")
    two.send("keying", sheet="A1", marks="W2 C1")
    assert "These are all there are" in two.send("finish", 409)
    two.send("keying", sheet="A2", marks="C2 C3")
    assert "Differences to settle" in two.send("finish")
    page = three.see(f"{BASE}/1/differences")
    assert "Sheet A2" in page
    assert "C2 ?SW" in page
    assert "Sheet A1" not in page
    settled = {"sheet": "A2", "cause": "misread", "holds": "neither", "marks": "C3 ?SW"}
    assert "each look is another person" in one.send("differences", 403, **settled)
    three.send("differences", **settled)
    printed = re.findall(r"Sheet ([0-9A-Z]{8})\"", one.see(f"{BASE}/sheets?count=3&district=SW"))
    assert len({*map(read_number, printed)} - {None}) == 3
    for count in ("-1", "x", "501", ""):
        assert "From 1 to 500 sheets" in one.see(f"{BASE}/sheets?count={count}&district=SW")
    public = sqlite_city.client()
    page = public.get(f"/budget/{SLUG}/paper").text
    assert "Valid" not in page
    assert "Voters of SW side" in page
    page = three.send("", place="Nowhere", district="SW")
    assert "only an administrator takes it back" in page
    assert 'name="sheet"' not in page
    three.send("mistake", batch=2, reason="there is one hall")
    page = " ".join(public.get(f"/budget/{SLUG}/paper").text.split())
    assert "Begun by mistake" in page
    assert "there is one hall" in page
    assert "In the box" in three.send("sealing")
    assert "Batch 1 is in the state “In the box”" in three.send("sealing", 409)
    for number in (9, 2**40):
        assert "There is no such batch" in three.see(f"{BASE}/{number}")
    go_to(sqlite_city, Phase.DELIVERY)
    assert do(OPERATOR, count_ballots, CountBallots(SLUG, TRUSTEES_KEY)).ballots == 2
    page = public.get(f"/budget/{SLUG}/paper").text
    assert read_page(page).faults == []
    assert "A mark cannot be read" in page
    assert 'href="/budget/town-budget-2026/paper"' in public.get(f"/budget/{SLUG}").text
    assert public.get(f"{BASE}/1").status_code == 401
