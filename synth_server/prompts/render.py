"""From a request to the messages of one prompt, within a budget of tokens."""

from dataclasses import dataclass
from pathlib import Path

from sandbox.runtime.allowed import MODULES, RUNTIME
from sandbox.runtime_text import runtime_interface
from synth_server.domain import Message
from synth_server.prompts.detail import LADDER
from synth_server.prompts.kinds import Kind, kind_of
from synth_server.prompts.material import choose, texts
from synth_server.prompts.rows import reader
from synth_server.prompts.templates import SYSTEM, PromptsError, Templates
from synth_server.prompts.tokens import clip, estimate
from synth_server.providers.protocol import Request
from synth_server.providers.splice import equivalent, without

_WORDINGS = 3  # of a repair, by turns
_BY_HAND, _FRESH = 1, 2
A_MESSAGE = 8  # tokens that wrap one message
_TIGHTEST = (1_500, 800, 400, 200, 100, 50, 0)  # characters of any one block, where nothing else helps
_MAY_BE_CUT_ONLY_THEN = frozenset({"runtime", "imports", "success", "whole"})


class PromptBudgetError(ValueError):
    """A prompt cannot be made so short."""


@dataclass(frozen=True)
class Rendered:
    """One prompt: a system message and one turn. ``tokens`` is estimated, rather too high."""

    kind: Kind
    messages: tuple[Message, ...]
    tokens: int


class Prompts:
    """Renders requests. Keeps what it worked out of rows, so that many prompts over one world's data are cheap."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates
        self._read = reader()
        self._imports = ", ".join(sorted(MODULES - {RUNTIME, "__future__"}))
        self._runtime = {wordy: runtime_interface(docstrings=wordy) for wordy in (True, False)}

    @classmethod
    def load(cls, overrides: Path | None = None) -> "Prompts":
        """The built-in templates, some of them replaced by files of the same name in ``overrides``.

        Raises:
            PromptsError: ``overrides`` cannot be used.
        """
        return cls(Templates(overrides))

    def render(self, request: Request, budget: int, copies: int = 0) -> Rendered:
        """The prompt for a request, of at most ``budget`` tokens.

        ``copies`` counts replies to this request that gave the parent back verbatim; what the history knows of such
        replies is added. Each of them, and each former attempt, leads to other words and examples. Takes milliseconds
        for ordinary worlds, up to seconds for large ones: call it in a thread.

        Raises:
            PromptBudgetError: not even the bare template fits.
            PromptsError: a template that was replaced does not work with this material.
        """
        kind = kind_of(request)
        copies += copies_before(request)
        words = (request.attempt + copies) % _WORDINGS
        fresh = words == _FRESH
        chosen = choose(request, kind, copies, self._read)
        flags = {
            "copied": copies > 0,
            "by_hand": words == _BY_HAND,
            "fresh": fresh,
            "examples_are_right": chosen.right,
        }
        source = _source(request, kind, fresh=fresh)
        rendered = None
        for detail in LADDER:
            material = texts(request, chosen, detail, fresh=fresh, own_source=source)
            material |= {"imports": self._imports, "runtime": self._runtime[detail.docstrings]}
            rendered = self._messages(kind, material, flags)
            if rendered.tokens <= budget:
                return rendered
        for length in _TIGHTEST:
            cut = {
                name: text if name in _MAY_BE_CUT_ONLY_THEN and length > _TIGHTEST[2] else clip(text, length)
                for name, text in material.items()
            }
            rendered = self._messages(kind, cut, flags)
            if rendered.tokens <= budget:
                return rendered
        least = rendered.tokens if rendered else 0
        raise PromptBudgetError(f"a prompt of kind {kind} takes {least} tokens at least; {budget} are allowed")

    def _messages(self, kind: Kind, material: dict[str, str], flags: dict[str, bool]) -> Rendered:
        messages = (
            Message("system", self._templates.render(SYSTEM, material, flags)),
            Message("user", self._templates.render(kind, material, flags)),
        )
        return Rendered(kind, messages, sum(estimate(message.text) + A_MESSAGE for message in messages))


def copies_before(request: Request) -> int:
    """How often the parent came back verbatim, as far as candidates were made of that."""
    parent = request.parent
    if parent is None:
        return 0
    children = [candidate for candidate in request.history if candidate.parent == parent.id]
    return sum(equivalent(child.source, parent.source) for child in children)


def _source(request: Request, kind: Kind, *, fresh: bool) -> str:
    if request.parent is None:
        return request.warm_start or ""
    if fresh and kind is Kind.REPAIR_REWARD:
        return without(request.parent.source, "reward")
    return request.parent.source


__all__ = ["A_MESSAGE", "PromptBudgetError", "Prompts", "PromptsError", "Rendered", "copies_before"]
