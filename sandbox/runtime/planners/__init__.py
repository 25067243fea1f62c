"""Planners: pure functions over a model (docs/planning.md)."""

from .base import FOUND, HOPEFUL, OPEN, REFUTED, WALLS, Budget, Plan, Problem, Success
from .explore import KINDS, explore
from .registry import PLANNERS, UNSURE, check_names, plan

__all__ = [
    "FOUND",
    "HOPEFUL",
    "KINDS",
    "OPEN",
    "PLANNERS",
    "REFUTED",
    "UNSURE",
    "WALLS",
    "Budget",
    "Plan",
    "Problem",
    "Success",
    "check_names",
    "explore",
    "plan",
]
