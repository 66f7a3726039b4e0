"""Something costly that each city builds once and keeps until what it was built from changes."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

Value = TypeVar("Value")


class CityCache(Generic[Value]):
    """One value for each city, told apart by their engines; a city's threads build it one at a
    time, and no city waits for another's."""

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[Engine, tuple[Hashable, Value]] = WeakKeyDictionary()
        self._building: WeakKeyDictionary[Engine, Lock] = WeakKeyDictionary()

    def get(self, session: Session, version: Hashable, build: Callable[[], Value]) -> Value:
        """The value kept for `version`, built now where there is none."""
        engine = session.get_bind().engine
        known = self._kept.get(engine)
        if known is None or known[0] != version:
            with self._building.setdefault(engine, Lock()):
                known = self._kept.get(engine)
                if known is None or known[0] != version:
                    known = self._kept[engine] = (version, build())
        return known[1]
