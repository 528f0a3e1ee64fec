"""Have a service under test lose its engine's thread over a picture of 13 by 13 pixels.

Python imports this module at its start where the folder is on its path.
"""

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType


class _Saboteur(MetaPathFinder):
    """Patch picture.reading.reader once it is loaded."""

    def find_spec(self, name: str, path: object, _: object = None) -> ModuleSpec | None:
        if name != "picture.reading.reader":
            return None
        spec = PathFinder.find_spec(name, path)  # type: ignore[arg-type]
        if spec is not None and spec.loader is not None:
            spec.loader = _Patching(spec.loader)
        return spec


class _Patching(Loader):
    def __init__(self, real: Loader) -> None:
        self._real = real

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._real.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._real.exec_module(module)
        read = module.Reader.read

        def deadly(reader: object, image: object, *others: object) -> object:
            if getattr(image, "size", None) == (13, 13):
                raise SystemExit
            return read(reader, image, *others)

        module.Reader.read = deadly


sys.meta_path.insert(0, _Saboteur())
