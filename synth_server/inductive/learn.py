"""The learner's one entrance: from a request to a program."""

from dataclasses import dataclass

from synth_server.inductive import outcomes
from synth_server.inductive.emit import emit
from synth_server.inductive.growth import Memory, dynamics, payments
from synth_server.inductive.repair import is_induced, repaired
from synth_server.inductive.situations import gather
from synth_server.providers.protocol import ProviderExhaustedError, Request


@dataclass(frozen=True)
class Learned:
    """A program, and what to say of it."""

    source: str
    note: str


def propose(request: Request, memory: Memory | None = None) -> Learned:
    """A program for the request's transitions that the request's history does not hold yet.

    Programs differ in what they hope for: the likeliest hopes come first, more follow when those were refuted; where
    none need be optimistic it hopes for nothing. A ``memory`` of former requests saves time and changes nothing.

    Raises:
        ProviderExhaustedError: all were proposed, or there is nothing to learn from.
    """
    if not request.transitions:
        raise ProviderExhaustedError("there are no transitions to learn from")
    memory = memory if memory is not None else Memory()
    insight = dynamics(request.transitions, memory)
    learned = insight.theory
    situations = gather(learned, insight.steps)
    offers = memory.lessons.learn(learned.view, insight.steps, request.transitions)
    known = {candidate.source for candidate in request.history}
    parent = request.parent.source if request.parent is not None else None
    if parent is not None and not is_induced(parent):
        source = repair(request, parent, memory)
        if source is not None and source not in known:
            return Learned(source, "the parent, put right where the data say more")
    for tier in range(outcomes.TIERS) if request.optimism else (outcomes.NO_HOPES,):
        payoffs = payments(insight, request.starts, request.world.success, tier, memory)
        source = emit(learned, payoffs, situations, len(request.transitions), offers=offers)
        if source not in known:
            missed = learned.missed + payoffs.missed
            note = f"{len(learned.rules) + len(learned.creations)} rules, {len(payoffs.hopes)} hopes"
            return Learned(source, f"{note}, {missed} changes unexplained" if missed else note)
    raise ProviderExhaustedError("every program that the data suggest was proposed")


def learned_part(request: Request, memory: Memory | None = None) -> str:
    """What the transitions show, as a program that says where it is guessing.

    Besides a model's functions it gives ``unpaid(state, action, next_state, goal)``: why a step's reward is a guess,
    or None. ``uncertain`` does the same for next states.
    """
    memory = memory if memory is not None else Memory()
    insight = dynamics(request.transitions, memory)
    payoffs = payments(insight, request.starts, request.world.success, outcomes.TIERS - 1, memory)
    goals = sorted({step.goal for step in insight.steps})
    situations = gather(insight.theory, insight.steps)
    return emit(insight.theory, payoffs, situations, len(request.transitions), goals)


def repair(request: Request, parent: str, memory: Memory | None = None) -> str | None:
    """The parent with what was learned in its place where the data support it; None where that makes no program."""
    return repaired(learned_part(request, memory), parent)
