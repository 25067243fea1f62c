"""From a program's text to a model. No boundary: only a sandbox's child, or a test, loads what it does not trust."""

import builtins
import importlib
import linecache
import sys
import traceback
import warnings
from collections.abc import Callable
from types import CodeType, ModuleType
from typing import Any

from .allowed import MODULES, REFUSED_BUILTINS, RUNTIME
from .model import Model

FILENAME = "<model>"
MODULE = "worldsmith_model"
MAX_ERROR = 2000  # characters of an error's text
_PACKAGE = __package__ or RUNTIME


class LoadError(Exception):
    """A program that is no model; the text says why, with the line."""


def load_model(source: str, *, restricted: bool = True) -> Model:
    """Runs ``source`` in a module of its own and takes the model's functions from it.

    ``restricted`` withholds the built-ins that reach files and other code, and imports outside the allow-list.

    Raises:
        LoadError: it does not compile, raised while it ran, or lacks a function.
        SystemExit, KeyboardInterrupt, MemoryError: as the program raised them.
    """
    module = ModuleType(MODULE)
    module.__dict__["__builtins__"] = _builtins() if restricted else builtins
    code = _compile(source)
    linecache.cache[FILENAME] = (len(source), None, source.splitlines(keepends=True), FILENAME)
    sys.modules[MODULE] = module  # dataclasses look their module up
    try:
        exec(code, module.__dict__)  # noqa: S102
    except (MemoryError, SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:  # noqa: BLE001 - a program may raise anything
        raise LoadError(describe(error)) from None
    return Model(
        transition=_function(module, "transition", "state, action"),
        reward=_function(module, "reward", "state, action, next_state, goal"),
        actions=_optional(module, "actions"),
        uncertain=_optional(module, "uncertain"),
    )


def describe(error: BaseException) -> str:
    """One line of type and text, then the program's own lines that led there, innermost last."""
    try:
        text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    except Exception:  # noqa: BLE001 - the program wrote this __str__
        text = type(error).__name__
    try:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == FILENAME]
    except Exception:  # noqa: BLE001
        frames = []
    lines = [clean(text)[:MAX_ERROR]]
    lines += [f"  line {f.lineno}, in {f.name}: {(f.line or '').strip()}" for f in frames[-3:]]
    return clean("\n".join(lines))[: 2 * MAX_ERROR]


def clean(text: str) -> str:
    """``text`` without lone surrogates, so that it can be written anywhere."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _compile(source: str) -> CodeType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return compile(source, FILENAME, "exec", dont_inherit=True)
        except SyntaxError as error:
            shown = (error.text or "").strip()
            raise LoadError(clean(f"line {error.lineno or 1}: {error.msg}" + (f": {shown}" if shown else ""))) from None
        except (ValueError, OverflowError, RecursionError, MemoryError) as error:
            reason = str(error) or "it is too large, or nested too deep"
            raise LoadError(clean(f"it does not compile: {reason}")) from None


def _builtins() -> dict[str, Any]:
    table = {name: value for name, value in vars(builtins).items() if name not in REFUSED_BUILTINS}
    table["__import__"] = _import
    return table


def _import(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> ModuleType:
    if level or name not in MODULES:
        allowed = ", ".join(sorted(MODULES))
        raise ImportError(f"`{'.' * level}{name}` may not be imported; these may: {allowed}")
    if name == RUNTIME:
        return importlib.import_module(_PACKAGE)
    module = importlib.import_module(name)
    return module if fromlist else sys.modules[name.partition(".")[0]]


def _function(module: ModuleType, name: str, parameters: str) -> Callable[..., Any]:
    found = _optional(module, name)
    if found is None:
        raise LoadError(f"the program defines no `{name}({parameters})`")
    return found


def _optional(module: ModuleType, name: str) -> Callable[..., Any] | None:
    found = module.__dict__.get(name)
    if found is not None and not callable(found):
        raise LoadError(f"`{name}` is a {type(found).__name__}, not a function")
    return found
