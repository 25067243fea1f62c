"""Programs from a language model: a prompt for each request, the code in its reply, and what it all cost."""

import asyncio
from dataclasses import dataclass, field
from typing import NoReturn

from synth_server.domain import Exchange, Message, Usage
from synth_server.prompts.kinds import REWARD_ONLY, Kind
from synth_server.prompts.render import A_MESSAGE, PromptBudgetError, Prompts, PromptsError, Rendered
from synth_server.prompts.tokens import estimate
from synth_server.providers.completer import (
    CallerError,
    Completer,
    Completion,
    CompletionError,
    EmptyReplyError,
    Prompt,
    PromptTooLongError,
)
from synth_server.providers.extract import NoProgramError, read_program
from synth_server.providers.protocol import Defect, Proposal, ProviderError, ProviderUnusableError, Request
from synth_server.providers.splice import NO_REWARD, ROOTS, defined, equivalent, splice

_TRIMS = 2  # of a prompt that the model finds too long
_TRIMMED = 0.6  # of its size, each time
_REPAIRS = 1  # of a reply that holds no program
_COPIES = 1  # of the parent, given back verbatim, that are asked about again

MALFORMED = """\
This cannot be used: {reason}. Reply with nothing but one block of Python code, between ```python and ```, that defines
{wanted}. Write it in full, without ellipses{shorter}."""


@dataclass(frozen=True)
class LLMOptions:
    """Sizes in tokens. A reply gets less than ``reply_tokens`` where the budget of a synthesis is nearly spent."""

    prompt_tokens: int = 12_000
    reply_tokens: int = 8_192
    least_reply_tokens: int = 512


class LLMProvider:
    """Proposes what one language model writes."""

    def __init__(self, spec: str, completer: Completer, prompts: Prompts, options: LLMOptions | None = None) -> None:
        self.spec = spec
        self._completer = completer
        self._prompts = prompts
        self._options = options or LLMOptions()

    async def propose(self, request: Request) -> Proposal:
        """One program: the reply's code, put into the parent where it is only a part.

        A reply without a program, and one that gives the parent back verbatim, is asked about once more; a prompt
        that is too long for the model is trimmed twice. Each of these is a call of its own, within the allowance.

        Raises:
            ProviderUnusableError: a bad key, an unknown model, no credit; or templates that do not work.
            ProviderError: no usable reply, or the allowance is too small for one. It holds what was spent.
        """
        return await _Asking(self._completer, self._prompts, self._options, request, self.spec).proposal()

    async def close(self) -> None:
        """Lets go of connections."""
        await self._completer.close()


@dataclass
class _Asking:
    """One request while it is worked on."""

    completer: Completer
    prompts: Prompts
    options: LLMOptions
    request: Request
    spec: str
    usage: Usage = field(default_factory=Usage)
    exchanges: list[Exchange] = field(default_factory=list)
    context: int | None = None  # of the model, once it was told

    async def proposal(self) -> Proposal:
        copies, repairs, trims, most = 0, 0, 0, self.options.prompt_tokens
        rendered = await self._render(most, copies)
        messages = rendered.messages
        while True:
            try:
                reply = await self._ask(messages)
            except PromptTooLongError as error:
                if trims == _TRIMS:
                    self._fail(f"the prompt is too long for the model, trimmed {trims} times too: {error}")
                trims, most = trims + 1, self._trimmed(rendered.tokens, error.limit)
                rendered = await self._render(most, copies)
                messages = rendered.messages
                continue
            try:
                source = _program(self.request, rendered.kind, reply.text)
            except NoProgramError as error:
                if repairs == _REPAIRS:
                    self._fail(f"the reply cannot be used, asked again too: {error}")
                repairs += 1
                messages = _asking_again(rendered, reply, str(error))
                continue
            if self.request.parent is None or not equivalent(source, self.request.parent.source):
                note = _note(rendered.kind, copies, repairs)
                return Proposal(source, self.usage, note, self.spec, tuple(self.exchanges))
            copies += 1
            if copies > _COPIES:
                self._fail("the reply gives the program back as it was, asked in other words too")
            rendered = await self._render(most, copies)
            messages = rendered.messages

    async def _render(self, most: int, copies: int) -> Rendered:
        """The prompt, within what may be spent."""
        left = self.request.allowance.tokens - self.usage.tokens
        reply = min(self._most_reply(), max(self.options.least_reply_tokens, left // 3))
        try:
            return await asyncio.to_thread(self.prompts.render, self.request, min(most, left - reply), copies)
        except PromptBudgetError as error:
            self._fail(f"{error}; {left} tokens are left in all")
        except PromptsError as error:
            raise ProviderUnusableError(str(error), self.usage, self.exchanges) from None

    async def _ask(self, messages: tuple[Message, ...]) -> Completion:
        """One call, within the allowance, and accounted for."""
        prompt = Prompt(messages, self._reply_tokens(messages), self.request.index)
        try:
            reply = await self.completer.complete(prompt)
        except CompletionError as error:
            self.usage += error.usage
            self.exchanges.append(Exchange(messages, "", error.usage, error.model, error=str(error)))
            if isinstance(error, PromptTooLongError):
                raise
            if isinstance(error, EmptyReplyError):
                return Completion("", 0, 0, None, error.model, complete=False)
            if isinstance(error, CallerError):
                raise ProviderUnusableError(str(error), self.usage, self.exchanges) from error
            self._fail(str(error))
        spent = Usage(1, reply.input_tokens + reply.output_tokens, reply.cost_usd)
        if not reply.cached or self.request.asked_before:
            self.usage += spent
        self.exchanges.append(Exchange(messages, reply.text, spent, reply.model, reply.seconds, reply.cached))
        return reply

    def _reply_tokens(self, messages: tuple[Message, ...]) -> int:
        """How long the reply may be, so that nothing goes beyond the allowance."""
        allowance, least = self.request.allowance, self.options.least_reply_tokens
        if self.usage.calls >= allowance.calls:
            self._fail(f"no call is left of {allowance.calls}")
        tokens = sum(estimate(message.text) + A_MESSAGE for message in messages)
        reply = min(self._most_reply(), allowance.tokens - self.usage.tokens - tokens)
        if reply < least:
            left = allowance.tokens - self.usage.tokens
            self._fail(f"{left} tokens are left; a prompt of {tokens} and a reply of {least} do not fit")
        if allowance.cost_usd is not None:
            if self.completer.most_usd(tokens, reply) is None:
                reason = (
                    f"the price of {self.spec} is unknown, so no budget in US dollars can be kept; give one in tokens"
                )
                raise ProviderUnusableError(reason, self.usage, self.exchanges)
            left_usd = allowance.cost_usd - (self.usage.cost_usd or 0.0)
            while not self._affordable(tokens, reply, left_usd):
                if reply == least:
                    self._fail(f"{left_usd:.4f} US dollars are left, too little for a prompt of {tokens} tokens")
                reply = max(least, reply * 3 // 4)
        return reply

    def _most_reply(self) -> int:
        """How long a reply may be, the allowance aside."""
        options = self.options
        return options.reply_tokens if self.context is None else min(options.reply_tokens, self.context // 3)

    def _trimmed(self, tokens: int, limit: int | None) -> int:
        """The size of the next try, as it is estimated here, which need not be how the model counts."""
        self.context = limit or self.context
        most = round(tokens * _TRIMMED)
        return most if limit is None else min(most, limit - self._most_reply())

    def _affordable(self, tokens: int, reply: int, left: float) -> bool:
        """Whether it costs at most what is left."""
        most = self.completer.most_usd(tokens, reply)
        return most is not None and most <= left

    def _fail(self, reason: str) -> NoReturn:
        raise ProviderError(reason, self.usage, self.exchanges)


def _program(request: Request, kind: Kind, reply: str) -> str:
    """The whole program that a reply means.

    Raises:
        NoProgramError: it holds none.
    """
    if request.parent is None:
        source = read_program(reply, ("transition", "reward"))
        names = defined(source)
        if "transition" not in names:
            raise NoProgramError("the code defines no `transition(state, action)`")
        return source if "reward" in names else splice(source, NO_REWARD, ["reward"])
    source = read_program(reply, ("reward",) if kind in REWARD_ONLY else ("transition", "reward"))
    names = defined(source)
    taken = names & frozenset(ROOTS)
    if kind in REWARD_ONLY:
        taken = frozenset({"reward"})
    elif kind is Kind.REPAIR_TRANSITION and request.defect is not Defect.ERROR:
        taken -= {"reward"}
        if "transition" not in taken:
            raise NoProgramError("the code defines no `transition(state, action)`")
    return _put_into(request.parent.source, source, taken)


def _put_into(parent: str, source: str, taken: frozenset[str]) -> str:
    try:
        return splice(parent, source, taken)
    except SyntaxError:  # the parent's: what was written is all there is
        names = defined(source)
        if "transition" not in names:
            raise NoProgramError("the code defines no `transition(state, action)`") from None
        return source if "reward" in names else splice(source, NO_REWARD, ["reward"])


def _asking_again(rendered: Rendered, reply: Completion, reason: str) -> tuple[Message, ...]:
    wanted = "`reward`" if rendered.kind in REWARD_ONLY else "`transition`"
    if rendered.kind in (Kind.WRITE, Kind.PLAN):
        wanted = "`transition` and `reward`"
    shorter = "" if reply.complete else ", and shorter: the reply was cut off at its length"
    text = MALFORMED.format(reason=reason, wanted=wanted, shorter=shorter)
    said = Message("assistant", reply.text.strip() or "(nothing)")
    return (*rendered.messages, said, Message("user", text))


def _note(kind: Kind, copies: int, repairs: int) -> str:
    extra = ", asked again after a copy" * copies + ", asked again for code" * repairs
    return f"{kind.replace('_', ' ')}{extra}"
