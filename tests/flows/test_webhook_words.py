"""What operators read of a webhook that was not heard: sentences, and what to do."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from click.testing import Result
from ports import free_port
from sources import ROOT
from worlds import World

from backend.core.db import current_session
from backend.delivery.answer_words import answer_words
from backend.delivery.models import Webhook

SENTENCES = re.compile(r"[A-Z][^\n]+\.")


def test_what_did_not_arrive_is_told_in_sentences(
    sqlite_city: World, command: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENWARD_WEBHOOK_NETWORKS", "127.0.0.0/8")
    command(sqlite_city, "webhooks", "add", f"http://127.0.0.1:{free_port()}/")
    (id_,) = current_session().scalars(sa.select(sa.cast(Webhook.id, sa.Uuid)))
    silent = command(sqlite_city, "webhooks", "test", id_)
    assert silent.exit_code == 1
    assert silent.output.startswith("Nobody answered. See whether the receiver runs")
    monkeypatch.setenv("EVENWARD_WEBHOOK_NETWORKS", "")
    closed = command(sqlite_city, "webhooks", "test", id_)
    assert "list the network in EVENWARD_WEBHOOK_NETWORKS" in closed.output


def test_every_end_of_a_try_has_its_sentences() -> None:
    source = (ROOT / "backend/adapters/guarded_post.py").read_text(encoding="utf-8")
    raised = re.findall(r"raise Unposted\((.*?)\)", source)
    reasons = {one for words in raised for one in re.findall(r'"([a-z-]+)"', words)}
    assert {"no-answer", "certificate-not-valid", "address-private"} <= reasons
    told = [answer_words(None, reason) for reason in sorted(reasons)]
    told += [answer_words(status, None) for status in (301, 403, 404, 410, 422, 429, 500, 503)]
    for words in [*told, answer_words(None, None)]:
        assert SENTENCES.fullmatch(words), words
        assert "redeliver ID" in words or "remove this webhook" in words, words
        assert not any(reason in words for reason in reasons)
