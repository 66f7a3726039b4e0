"""What it costs to change 500 reports together and to take that back, beside one by one."""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

from acting import do  # noqa: E402
from worlds import STAFF, a_report, create_world, found, opened_city  # noqa: E402

from backend.core.actors import ANONYMOUS  # noqa: E402
from backend.core.db import current_session  # noqa: E402
from backend.core.uow import unit_of_work  # noqa: E402
from backend.reports.change_status import change_status  # noqa: E402
from backend.reports.commands import ChangeStatus  # noqa: E402
from backend.reports.desk_acts.act_in_bulk import act_in_bulk  # noqa: E402
from backend.reports.desk_acts.commands import ActInBulk, BulkAct, UndoAct  # noqa: E402
from backend.reports.desk_acts.preview_act import preview_act  # noqa: E402
from backend.reports.desk_acts.undo_act import undo_act  # noqa: E402
from backend.reports.file_report import file_report  # noqa: E402
from backend.reports.workflow import State  # noqa: E402

COUNT = 500
DONE = BulkAct(State.RESOLVED, "All of the street was resurfaced.")
ACT = UUID(int=1)


def measured(what: str, act: Callable[[], Any]) -> Any:
    """What `act` returns; prints the processor time it took."""
    began = time.process_time()
    result = act()
    print(f"{what:<32} {1000 * (time.process_time() - began):8.0f} ms")
    return result


def one_by_one(numbers: list[str]) -> None:
    for number in numbers:
        do(STAFF, change_status, ChangeStatus(number, State.TRIAGED, 1))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found(create_world(Path(folder)))
        with opened_city(Path(folder)):
            with unit_of_work(ANONYMOUS) as work:
                numbers = [file_report(work, a_report(n)).number for n in range(COUNT)]
            measured("one by one", lambda: one_by_one(numbers))
            able = measured(
                "preview", lambda: preview_act(current_session(), DONE, numbers, STAFF)
            ).able
            measured("together", lambda: do(STAFF, act_in_bulk, ActInBulk(ACT, DONE, able)))
            measured("taken back", lambda: do(STAFF, undo_act, UndoAct(ACT)))


if __name__ == "__main__":
    main()
