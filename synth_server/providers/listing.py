"""What there is to know of providers before one is asked: what each needs, whether that is there, what it costs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from synth_server.providers.keys import SERVICES, Keys
from synth_server.providers.pricing import Price, Pricing, models_of
from synth_server.providers.registry import key_of, missing_key, pricing_of
from synth_server.providers.spec import FORMS, Spec, parse

_NEEDS = {
    "openai": "a key of OpenAI's",
    "anthropic": "a key of Anthropic's",
    "openai-chat": "a server; a key where it wants one",
    "record": "a file to write",
    "replay": "a record",
    "scripted": "a file of programs",
    "ensemble": "what its members need",
    "fallback": "what its members need",
}


@dataclass(frozen=True)
class Listed:
    """One kind of provider, or one spec. ``missing`` says what to do where it is not ready; no price is unknown."""

    spec: str
    about: str
    needs: str
    missing: str
    free: bool
    prices: tuple[Price, ...] = ()


def listed(specs: Sequence[str], keys: Keys) -> list[Listed]:
    """These specs, or every kind of provider when there are none. No file is opened and nobody is asked.

    Raises:
        UnknownProviderError: one is no spec.
    """
    return [_spec(parse(spec), keys) for spec in specs] or [_kind(name, keys) for name in FORMS]


def _kind(name: str, keys: Keys) -> Listed:
    missing = missing_key(name) if name in SERVICES and keys.of_service(name) is None else ""
    prices = _known(Pricing(name).per_million(model) for model in models_of(name)) if name in SERVICES else ()
    free = name in {"inductive", "scripted", "replay"}
    return Listed(FORMS[name].written, FORMS[name].about, _NEEDS.get(name, ""), missing, free, prices)


def _spec(spec: Spec, keys: Keys) -> Listed:
    members = [_spec(member, keys) for member in spec.members]
    missing = [member.missing for member in members if member.missing]
    if spec.name in SERVICES and key_of(spec, keys) is None:
        missing.append(missing_key(spec.name))
    prices = [price for member in members for price in member.prices]
    if spec.model:
        prices += _known([pricing_of(spec).per_million(spec.model)])
    return Listed(
        spec.text, FORMS[spec.name].about, _NEEDS.get(spec.name, ""), "; ".join(missing), spec.free, tuple(prices)
    )


def _known(prices: Iterable[Price | None]) -> tuple[Price, ...]:
    return tuple(price for price in prices if price is not None)
