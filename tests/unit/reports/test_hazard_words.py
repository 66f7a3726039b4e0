"""Words of danger: whole words in any case and script, and the list a city begins with."""

import pytest
from sources import ROOT

from backend.reports.catalogue_file import read_catalogue
from backend.reports.hazard_words import first_hazard, hazard_pattern

PATTERN = hazard_pattern(
    ["gas", "live wire", "collaps*", "S'AFFAISSE", "провод*", "c++", "effondr\u00e9"]
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("There is GAS in the cellar", "gas"),
        ("gas", "gas"),
        ("A live\n  Wire hangs down", "live wire"),
        ("The wall has collapsed.", "collaps"),
        ("ｇａｓ escapes", "gas"),
        ("La chaussée s’affaisse", "s'affaisse"),
        ("Оборванный ПРОВОДА", "провод"),
        ("written in C++!", "c++"),
        ("a live-wire, a live_wire", "live wire"),
        ("live/wire", "live wire"),
        ("g\u200bas and g\u00ada\u0301s", "gas"),
        ("le mur s'est EFFONDRE", "effondre"),
        ("effondre\u0301", "effondre"),
        ("gasoline and biogas", None),
        ("olive wire", None),
        ("it will not relapse", None),
        ("", None),
    ],
)
def test_a_word_of_danger_is_found_and_no_other(text: str, found: str | None) -> None:
    assert first_hazard(PATTERN, text) == found


def test_no_words_find_nothing() -> None:
    assert hazard_pattern([]) is None
    assert hazard_pattern([" ", "*", " * "]) is None
    assert first_hazard(None, "gas") is None


DANGER = {
    "en": [
        "Strong smell of gas outside number 4",
        "A power line is down across the path",
        "The bin behind the school is on fire",
        "Half of the retaining wall collapsed last night",
        "Open manhole in the cycle lane",
        "The branch is about to fall on the playground",
    ],
    "de": [
        "Starker Gasgeruch im Treppenhaus",
        "Am Mast hängen blanke Kabel heraus",
        "Hier ist die Mauer eingestürzt",
        "Auf dem Radweg fehlt was: Gullydeckel fehlt seit heute",
        "Der Ast droht zu fallen",
        "Hinter der Schule: Es brennt!",
    ],
    "fr": [
        "Forte odeur de gaz devant le 4",
        "Des fils dénudés sortent du lampadaire",
        "La chaussée s’affaisse au carrefour",
        "Une poubelle est en feu",
        "Plaque d'égout manquante",
        "La branche menace de tomber",
    ],
    "es": [
        "Huele a gas en la esquina",
        "Hay cables pelados en la farola",
        "El muro se derrumbó anoche: derrumbe total",
        "Un contenedor en llamas",
        "Alcantarilla sin tapa en la acera",
        "La rama está a punto de caer",
    ],
}
EVERYDAY = [
    "The street light is out since Monday",
    "The lamp has been burning all day for a week",
    "Deep hole in the lane, about as wide as a wheel",
    "Rubbish beside the gas station; graffiti on the fire station",
    "The bus shelter's glass is broken",
    "Die Straßenlaterne brennt nicht, auch in der Gasse daneben",
    "Falschparker vor der Feuerwache in der Brandenburger Straße",
    "Müll neben dem Container",
    "Le lampadaire ne marche plus",
    "Dépôt sauvage derrière la gare",
    "Nid-de-poule devant la station de gaz naturel",
    "La farola está apagada",
    "Bache profundo en la calle; el tráfico está colapsado",
    "Basura junto a los contenedores de la gasolinera",
]


def test_the_list_to_begin_with_finds_danger_and_leaves_the_everyday_alone() -> None:
    listed = read_catalogue(ROOT / "docs/guide/examples/hazard-words.toml").hazard_words
    assert listed.keys() == DANGER.keys()
    for language, sentences in DANGER.items():
        own = hazard_pattern(listed[language])
        assert [one for one in sentences if first_hazard(own, one) is None] == []
    together = hazard_pattern(word for words in listed.values() for word in words)
    assert [one for one in EVERYDAY if first_hazard(together, one)] == []
