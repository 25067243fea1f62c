"""What a check may spend and how strict it is, as data."""

from dataclasses import dataclass

WHOLE_SEARCHES = 3  # of so many starts the searches for a plan may spend all of their nodes


@dataclass(frozen=True)
class VerifyOptions:
    """Limits of a check. Nodes decide results; seconds (wall-clock) are caps on one run in the sandbox."""

    float_tolerance: float = 0.0  # for floats inside states
    predict_seconds: float = 10.0
    plan_seconds: float = 30.0
    plan_nodes: int = 5_000  # per start; an agent looks further by itself
    total_plan_nodes: int = WHOLE_SEARCHES * 5_000  # per program
    starts_per_goal: int = 32
    plans_at_once: int = 2
    blocking_refutations: int = 4  # after so many the rest of the starts is left unchecked
    mispredictions: int = 20  # told in words
    unknown_goals: int = 50  # told, and tried
    path_steps: int = 30  # told of the best way without a plan
    hold_back_from: int = 200  # distinct transitions
    hold_back_share: float = 0.1
    hold_back_most: int = 200


REWARD_TOLERANCE = 1e-6
