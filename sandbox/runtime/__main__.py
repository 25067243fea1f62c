"""Starts the guest from this folder, wherever it lies, as the package ``worldsmith_runtime``."""

import importlib.util
import os
import sys


def _start() -> None:
    folder = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != folder]
    spec = importlib.util.spec_from_file_location(
        "worldsmith_runtime", os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    if spec is None or spec.loader is None:
        sys.exit(f"no runtime in {folder}")
    package = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = package
    spec.loader.exec_module(package)
    importlib.import_module("worldsmith_runtime.guest").main()


if __name__ == "__main__":
    _start()
