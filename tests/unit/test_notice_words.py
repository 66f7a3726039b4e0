"""Every sentence of a notice, a code or a rule is translated, with the same facts in it."""

import ast
import re

import pytest
from sources import calls_in, product

from backend.core.speak import LANGUAGES, read_catalogue

_FACT = re.compile(r"%\((\w+)\)s|%")


def messages() -> set[str]:
    """What is marked in the modules that word messages."""
    return {
        call.args[0].value
        for module in product()
        if module.name.endswith((".notice_words", ".vote_codes", ".rule_words", ".client_files"))
        or module.name.startswith(("backend.delivery.notice", "backend.accounts"))
        for call, name in calls_in(module.tree)
        if name == "marked" and isinstance(call.args[0], ast.Constant)
    }


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_sentence_is_translated_with_its_facts(language: str) -> None:
    words, said = read_catalogue(language), messages()
    assert len(said) > 30
    assert words.keys() == said
    for message, translated in words.items():
        assert translated.strip()
        assert translated != message
        assert sorted(_FACT.findall(translated)) == sorted(_FACT.findall(message)), message
        assert "%" not in _FACT.sub("", translated)
