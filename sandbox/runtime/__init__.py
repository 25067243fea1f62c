"""What a world model imports as ``worldsmith_runtime``: states, objects, actions.

Standard library only. Vendor this folder under that name to run a model anywhere.
"""

from .actions import Action, ActionSchema, Argument
from .model import UnknownGoal
from .state import Object, State
from .values import FrozenMap

__all__ = ["Action", "ActionSchema", "Argument", "FrozenMap", "Object", "State", "UnknownGoal"]
