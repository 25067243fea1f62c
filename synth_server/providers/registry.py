"""Which providers there are, and how a spec such as ``scripted:FILE`` becomes one."""

from collections.abc import Callable, Mapping
from pathlib import Path

from synth_server.providers.inductive import InductiveProvider
from synth_server.providers.protocol import Provider
from synth_server.providers.scripted import ScriptedProvider, read_script


class UnknownProviderError(ValueError):
    """No provider has this name, or what follows the name does not fit it; the text lists those that there are."""


def make_provider(spec: str) -> Provider:
    """The provider that ``spec`` (``NAME`` or ``NAME:ARGUMENT``) chooses; its owner closes it.

    Raises:
        UnknownProviderError: there is none.
        ScriptError: the script of ``scripted:FILE`` cannot be used.
    """
    name, _, argument = spec.partition(":")
    make = _MAKERS.get(name)
    if make is None:
        raise UnknownProviderError(f"there is no provider {name!r}; there are {', '.join(known_providers())}")
    return make(spec, argument)


def known_providers() -> list[str]:
    """How to name each of them."""
    return ["inductive", "scripted:FILE"]


def _inductive(spec: str, argument: str) -> Provider:
    if argument:
        raise UnknownProviderError(f"`inductive` takes nothing after its name, not {argument!r}")
    return InductiveProvider(spec)


def _scripted(spec: str, argument: str) -> Provider:
    if not argument:
        raise UnknownProviderError("`scripted` needs a file: scripted:FILE")
    return ScriptedProvider(spec, read_script(Path(argument)))


_MAKERS: Mapping[str, Callable[[str, str], Provider]] = {"inductive": _inductive, "scripted": _scripted}
