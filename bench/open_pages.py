"""CPU time of the open pages, on the database of a city that is there.

    EVENWARD_DATA_DIR=FOLDER python bench/open_pages.py

Prints for each address what the first costs, which counts what is kept for some minutes, then one
made anew beside those counts, then one that is given as it was kept.
"""

import logging
import time

import structlog
from flask.testing import FlaskClient

from backend.app import create_app
from backend.core.config import read_settings
from backend.web import kept_pages

PAGES = (
    "/",
    "/reports",
    "/reports?state=all",
    "/reports?state=closed",
    "/reports?words=deep",
    "/reports?state=all&words=nothinglikeit",
    "/overdue",
    "/served",
    "/data",
    "/embed/reports",
)
ROUNDS = 5


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    client = create_app(read_settings()).test_client()
    # Templates are compiled once for a process.
    client.get("/embed/reports?show=districts")
    for path in PAGES:
        first = milliseconds(client, path)
        anew = min(milliseconds(client, path) for _ in range(ROUNDS))
        kept = min(milliseconds(client, path, is_kept=True) for _ in range(ROUNDS))
        print(f"{path:42} first {first:8.1f} ms   anew {anew:7.1f} ms   kept {kept:5.2f} ms")


def milliseconds(client: FlaskClient, path: str, *, is_kept: bool = False) -> float:
    """CPU time of one answer."""
    if not is_kept:
        kept_pages._shelves.clear()
    began = time.process_time()
    answer = client.get(path)
    spent = 1000 * (time.process_time() - began)
    assert answer.status_code == 200, answer.text[:200]
    return spent


if __name__ == "__main__":
    main()
