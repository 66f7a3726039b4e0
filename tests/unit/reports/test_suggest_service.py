"""Words suggest a kind of problem by rules that anybody can follow by hand."""

import pytest

from backend.demo.catalogue import SERVICES, service_words
from backend.reports.catalogue_fields import SERVICE
from backend.reports.suggest_service import Suggestible, suggest_services

WORDS = service_words()
SAID = {
    "en": {
        "POTHOLE": "There's a huge POT-HOLE outside number 9, I nearly fell off my bike",
        "STREET_LIGHT": "The streetlamp has been flickering all week",
        "GAS_SMELL": "It smells of gas by the school gate",
        "FALLEN_TREE": "A branch came down over the footpath",
        "DUMPED_WASTE": "Somebody dumped a mattress and two bags of rubble",
        "TRAFFIC_LIGHT": "Traffic lights stuck on red at Mill Lane",
    },
    "es": {
        "POTHOLE": "Hay unos baches enormes en la calzada",
        "STREET_LIGHT": "La farola parpadea toda la noche",
        "GAS_SMELL": "Huele a GAS en el portal",
        "FALLEN_TREE": "Arbol caido sobre el carril bici",
        "BLOCKED_DRAIN": "El sumidero está atascado y se inunda la calle",
        "LITTER_BIN": "La papelera del parque está desbordada",
    },
    "pl": {
        "POTHOLE": "Wielka dziura w jezdni przy szkole",
        "STREET_LIGHT": "Latarnia nie świeci od tygodnia, jest ciemno",
        "GAS_SMELL": "Na klatce czuć gazem",
        "OVERGROWN": "Żywopłot zasłania znak, ścieżka zarośnięta",
        "DUMPED_WASTE": "Ktoś wyrzucił śmieci i stary materac w lesie",
        "GRAFFITI": "Bazgroły na murze przedszkola",
    },
    "ar": {
        "POTHOLE": "توجد حُفرة كبيرة في الطريق",
        "STREET_LIGHT": "عمود الإنارة لا يعمل والشارع مظلم",
        "GAS_SMELL": "أشم رائحة الغاز قرب المدرسة",
        "FALLEN_TREE": "سقطت شجرة على الممر",
        "DUMPED_WASTE": "القمامة والنفايات في كل مكان",
        "LITTER_BIN": "سلة المهملات ممتلئة",
    },
}


def in_language(language: str) -> list[Suggestible]:
    keywords = {
        code: tuple(next(one for one in said if one["language"] == language)["keywords"])
        for code, said in WORDS.items()
    }
    return [
        Suggestible(one.service_code, one.severity_band, keywords[one.service_code])
        for one in SERVICES
    ]


@pytest.mark.parametrize(
    ("language", "code", "said"),
    [(language, code, said) for language, all_ in SAID.items() for code, said in all_.items()],
)
def test_what_people_write_points_to_what_they_mean(language: str, code: str, said: str) -> None:
    assert suggest_services(said, in_language(language))[0].code == code


def test_nothing_is_suggested_where_nothing_points_anywhere() -> None:
    for language in SAID:
        assert suggest_services("", in_language(language)) == []
        assert suggest_services("xyzzy 123 !?", in_language(language)) == []


def test_every_point_can_be_counted_by_hand() -> None:
    services = [
        Suggestible("B", 2, ("street light*", "dark")),
        Suggestible("A", 2, ("light", "dark")),
        Suggestible("C", 1, ("dark",)),
        Suggestible("D", 0, ("*ghost*", "arch")),
    ]
    found = suggest_services("Dark street-lights, dark!", services)
    assert [(one.code, one.points, one.found) for one in found] == [
        ("B", 3, ("street light*", "dark")),
        # "light" is no "lights"; of equals the more severe comes first.
        ("C", 1, ("dark",)),
        ("A", 1, ("dark",)),
    ]
    assert [one.code for one in suggest_services("Aghostly arch", services)] == ["D"]
    assert suggest_services("search archer", services) == []


def test_the_towns_words_are_a_catalogues() -> None:
    read = SERVICE["translations"].read
    for said in WORDS.values():
        assert read(said) == said
        assert [one["language"] for one in said] == ["en", "es", "pl", "ar"]
    with pytest.raises(ValueError, match="each language once"):
        read([{"language": "es"}, {"language": "es"}])
    with pytest.raises(ValueError, match=r"lone \*"):
        read([{"language": "es", "keywords": [" * "]}])
    with pytest.raises(ValueError, match="a list such as"):
        read([{"language": "es", "title": "x"}])
