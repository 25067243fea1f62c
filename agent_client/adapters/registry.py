"""Environments by name. Their packages are imported when one is made, so the client works without them."""

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import cast

from agent_client.adapters import own
from agent_client.adapters.base import Adapter
from agent_client.errors import WorldsmithError

# Prefix of a name: the module whose `make` takes the rest of it, the extra that it needs, and how such a name looks.
_ADAPTERS = {
    "minigrid": ("agent_client.adapters.minigrid", "envs", "minigrid:ID, such as minigrid:MiniGrid-DoorKey-5x5-v0"),
    "sokoban": (
        "agent_client.adapters.sokoban",
        "envs",
        "sokoban:WIDTHxHEIGHT-BOXES, such as sokoban:7x7-2, or FILE#N",
    ),
    "gym-sokoban": ("agent_client.adapters.gym_sokoban", "gym-sokoban", "gym-sokoban:WIDTHxHEIGHT-BOXES"),
    "alfworld": (
        "agent_client.adapters.alfworld",
        "alfworld",
        "alfworld:GAMEFILE, a folder of games, or alfworld:generate?task=heat&seed=3",
    ),
    "toytext": (
        "agent_client.adapters.toy_text",
        "envs",
        "toytext:ID, such as toytext:Taxi-v4 or toytext:FrozenLake-v1",
    ),
}
_EXTRA = {
    "alfworld",
    "fast_downward",
    "gym",
    "gym_sokoban",
    "gymnasium",
    "imageio",
    "minigrid",
    "numpy",
    "PIL",
    "pygame",
    "textworld",
}


class UnknownEnvironmentError(WorldsmithError):
    """No adapter makes an environment of this name; the text says what is known."""


class MissingPackageError(WorldsmithError):
    """The environment's packages are not installed."""


def known() -> list[str]:
    """How the names of environments look, one line a kind."""
    return [*(shape for _, _, shape in _ADAPTERS.values()), own.SHAPE]


def make(spec: str) -> Adapter:
    """The environment that ``spec`` names, such as ``sokoban:7x7-2``, or one of the caller's own, ``module:callable``.

    Raises:
        UnknownEnvironmentError: the name means nothing here, or what it names makes no environment.
        MissingPackageError: the packages that it needs are not installed.
    """
    prefix, colon, rest = spec.partition(":")
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # it would print on stdout when minigrid imports it
    module, extra, _ = _ADAPTERS.get(prefix, ("", "envs", ""))
    try:
        if module and colon:
            build = cast(Callable[[str], Adapter], import_module(module).make)
            return build(rest)
        if own.is_spec(spec):
            return own.make(spec)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in _EXTRA:
            raise MissingPackageError(
                f"`{spec}` needs the package {error.name}; install it with: pip install 'worldsmith[{extra}]'"
            ) from None
        if module:
            raise
        where = f"in {Path.cwd()} or among the installed packages"
        raise UnknownEnvironmentError(f"`{spec}`: there is no module {error.name} {where}") from None
    except ValueError as error:
        raise UnknownEnvironmentError(f"`{spec}`: {error}") from error
    raise UnknownEnvironmentError(f"`{spec}` is no known environment; known are {'; '.join(known())}")
