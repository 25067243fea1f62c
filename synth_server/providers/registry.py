"""How a spec becomes a provider; and what all providers of a server share: keys, cached replies, turns at each API."""

from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from synth_server.log import Log
from synth_server.prompts.render import Prompts
from synth_server.providers.apis.api import ApiCompleter, Patience
from synth_server.providers.apis.kinds import open_api
from synth_server.providers.apis.limited import watching
from synth_server.providers.cache import CachedCompleter, Flights, Replies
from synth_server.providers.completer import Completer
from synth_server.providers.ensemble import EnsembleProvider, Member
from synth_server.providers.fallback import FallbackProvider
from synth_server.providers.inductive import InductiveProvider
from synth_server.providers.keys import Keys
from synth_server.providers.learners import Learners
from synth_server.providers.limiter import Limiter
from synth_server.providers.llm import LLMOptions, LLMProvider
from synth_server.providers.pricing import Pricing
from synth_server.providers.protocol import Provider
from synth_server.providers.record import RecordingProvider
from synth_server.providers.recording import read_recording
from synth_server.providers.replay import ReplayProvider
from synth_server.providers.scripted import ScriptedProvider, read_script
from synth_server.providers.spec import Spec, UnusableProviderError, parse


class Providers:
    """Makes providers for syntheses; each is closed by who asked for it, and what they share by :meth:`close`.

    ``replies`` None: nothing is cached. ``concurrent_requests`` bounds
    the requests under way at one API.
    """

    def __init__(
        self,
        keys: Keys,
        prompts: Prompts,
        log: Log,
        replies: Replies | None = None,
        patience: Patience | None = None,
        concurrent_requests: int = 8,
        sizes: LLMOptions | None = None,
    ) -> None:
        self.keys = keys
        self._prompts = prompts
        self._log = log
        self._replies = replies
        self._patience = patience or Patience()
        self._concurrent = concurrent_requests
        self._sizes = sizes
        self._flights = Flights()
        self._learners = Learners()
        self._limiters: dict[str, Limiter] = {}
        self._makers: Mapping[str, Callable[[Spec], Provider]] = {
            "inductive": lambda spec: InductiveProvider(spec.text, self._learners),
            "scripted": lambda spec: ScriptedProvider(spec.text, read_script(Path(spec.file))),
            "replay": lambda spec: ReplayProvider(spec.text, read_recording(Path(spec.file))),
            "record": self._record,
            "ensemble": self._ensemble,
            "fallback": lambda spec: FallbackProvider(spec.text, self._members(spec)),
            "openai": self._llm,
            "openai-chat": self._llm,
            "anthropic": self._llm,
        }

    def make(self, text: str) -> Provider:
        """The provider that a spec (:mod:`synth_server.providers.spec`) chooses; its owner closes it.

        Raises:
            UnknownProviderError: it is no spec.
            UnusableProviderError: a key is missing, or the file of a record cannot be used.
            ScriptError: the script of ``scripted:FILE`` cannot be used.
        """
        return self._make(parse(text))

    def completer(self, spec: Spec) -> Completer:
        """The model behind an API that a spec names, with all that is shared around it; its owner closes it.

        Raises:
            UnusableProviderError: its key is missing.
        """
        key, pricing = key_of(spec, self.keys), pricing_of(spec)
        if key is None and spec.name != "openai-chat":
            raise UnusableProviderError(f"{spec.text!r}: {missing_key(spec.name)}")
        limiter = self._limiters.setdefault(urlsplit(spec.url).netloc or spec.name, Limiter(self._concurrent))
        api = open_api(spec, key, self._patience, watching(limiter))
        completer = ApiCompleter(spec.text, api, pricing, limiter, self._patience.request_seconds)
        return completer if self._replies is None else CachedCompleter(completer, self._replies, self._flights)

    async def close(self) -> None:
        """Closes the cache of replies, and ends the learner's processes."""
        await self._learners.close()
        if self._replies is not None:
            self._replies.close()

    def _make(self, spec: Spec) -> Provider:
        return self._makers[spec.name](spec)

    def _members(self, spec: Spec) -> list[Provider]:
        return [self._make(member) for member in spec.members]

    def _record(self, spec: Spec) -> Provider:
        return RecordingProvider(spec.text, Path(spec.file), self._make(spec.members[0]), self._log)

    def _ensemble(self, spec: Spec) -> Provider:
        return EnsembleProvider(spec.text, [Member(self._make(member), member.free) for member in spec.members])

    def _llm(self, spec: Spec) -> Provider:
        return LLMProvider(spec.text, self.completer(spec), self._prompts, self._sizes)


def key_of(spec: Spec, keys: Keys) -> SecretStr | None:
    """The key that an API is asked with; None: there is none."""
    return keys.of_server(spec.url) if spec.url else keys.of_service(spec.name)


def pricing_of(spec: Spec) -> Pricing:
    """Where the prices of an API are found."""
    return Pricing(api_url=spec.url) if spec.url else Pricing(spec.name)


def missing_key(service: str) -> str:
    """What to do about it."""
    return f'there is no key: set {service.upper()}_API_KEY, or write {service} = "..." into the file of `keys_file`'
