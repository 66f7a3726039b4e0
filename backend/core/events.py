"""What has happened, as typed facts that slices tell each other without importing each other.

Which handler hears which event stands in one table, `backend/wiring.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from backend.core.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Event:
    """Something that has happened; subclasses are named in the past tense."""


@dataclass(frozen=True, slots=True)
class ResidentCame(Event):
    """Somebody with an account or a device is about to change something."""


Handler: TypeAlias = Callable[["UnitOfWork", Any], None]
HandlerTable: TypeAlias = Mapping[type[Event], tuple[Handler, ...]]
