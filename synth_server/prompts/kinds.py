"""What a prompt asks for: the six kinds, and which of them a request needs."""

from enum import StrEnum

from synth_server.providers.protocol import Defect, Request


class Kind(StrEnum):
    """One template each, of the same name."""

    WRITE = "write"  # transition and reward together
    REWARD = "reward"  # a reward function where no goal's is known
    REPAIR_TRANSITION = "repair_transition"  # from failures
    REPAIR_REWARD = "repair_reward"  # from failures
    GOAL = "goal"  # a new goal's reward, from the most similar known ones
    PLAN = "plan"  # both functions, so that a plan exists


REWARD_ONLY = frozenset({Kind.REWARD, Kind.REPAIR_REWARD, Kind.GOAL})
"""Kinds whose reply may change `reward` and its helpers and nothing else."""


def kind_of(request: Request) -> Kind:
    """The kind of prompt that a request needs."""
    parent = request.parent
    if parent is None:
        return Kind.WRITE
    match request.defect:
        case Defect.REWARD:
            return Kind.REPAIR_REWARD
        case Defect.PLAN:
            return Kind.PLAN
        case Defect.GOAL:
            return Kind.GOAL if known_goals(request) else Kind.REWARD
    return Kind.REPAIR_TRANSITION


def goals(request: Request) -> list[str]:
    """The goals of what may be seen, each once, in its order."""
    found = [row.goal for row in request.transitions] + [start.goal for start in request.starts]
    return list(dict.fromkeys(found))


def unknown_goals(request: Request) -> list[str]:
    """The goals for which the parent's `reward` has no rule, of those that may be seen."""
    evaluation = request.parent.evaluation if request.parent else None
    unknown = frozenset(evaluation.unknown_goals) if evaluation else frozenset()
    return [goal for goal in goals(request) if goal in unknown]


def known_goals(request: Request) -> list[str]:
    """The goals for which it has one."""
    unknown = frozenset(unknown_goals(request))
    return [goal for goal in goals(request) if goal not in unknown]
