"""Planners: pure functions over a model (docs/planning.md)."""

from .base import FOUND, OPEN, REFUTED, Plan, Problem, Success
from .bfs import explore, plan

__all__ = ["FOUND", "OPEN", "REFUTED", "Plan", "Problem", "Success", "explore", "plan"]
