"""The settings in force as anybody who runs the city may read them: no secret among them."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from backend.core.config import Settings, environment_name


@dataclass(frozen=True, slots=True)
class ShownSetting:
    """A setting by the variable that sets it; `value` is empty where it is not set."""

    name: str
    value: str
    sentence: str
    is_secret: bool


def shown_settings(settings: Settings) -> Iterator[ShownSetting]:
    """Every one; of a secret only whether it is set."""
    for item in fields(Settings):
        value, is_secret = getattr(settings, item.name), item.metadata["is_secret"]
        yield ShownSetting(
            environment_name(item.name),
            "(set)" if is_secret and value else _words(value),
            item.metadata["sentence"],
            is_secret,
        )


def _words(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
