"""One registry for everything that can be added by adding a file."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
Item = TypeVar("Item")


class Registry(Generic[T]):
    """Named items of one kind, registered by the modules of one package when they are imported.

    Adding an item means adding one file to that package; there is no list to edit.
    """

    def __init__(self, kind: str, package: str):
        self.kind = kind
        self._package = package
        self._items: dict[str, T] = {}
        self._loaded = False

    def register(self, name: str) -> Callable[[Item], Item]:
        """Decorator that adds an item.

        Raises:
            ValueError: the name is taken.
        """

        def add(item: Item) -> Item:  # what is decorated keeps its own type
            if name in self._items:
                raise ValueError(f"two items of kind {self.kind} are called {name!r}")
            self._items[name] = item  # type: ignore[assignment]
            return item

        return add

    def names(self) -> list[str]:
        """All names, sorted."""
        self._load()
        return sorted(self._items)

    def __getitem__(self, name: str) -> T:
        """The item of that name.

        Raises:
            KeyError: no such item; the message lists those that there are.
        """
        self._load()
        if name not in self._items:
            raise KeyError(f"no {self.kind} called {name!r}; there are: {', '.join(self.names())}")
        return self._items[name]

    def __contains__(self, name: object) -> bool:
        self._load()
        return name in self._items

    def _load(self) -> None:
        if self._loaded:
            return
        self._loaded = True
        package = importlib.import_module(self._package)
        for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
            if not module.name.startswith("_"):
                importlib.import_module(f"{self._package}.{module.name}")
