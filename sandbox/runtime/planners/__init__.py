"""Planners: pure functions over a model (docs/planning.md)."""

from .base import FOUND, HOPEFUL, OPEN, REFUTED, WALLS, Budget, Plan, Problem, Success
from .bfs import explore
from .registry import PLANNERS, UNSURE, check_names, plan

__all__ = [
    "FOUND",
    "HOPEFUL",
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
