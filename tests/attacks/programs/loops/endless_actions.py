"""Names applicable actions without end while a plan is searched."""
# ends: timeout ok memory
# task: plan
# policy: passes

import itertools

from worldsmith_runtime import Action


def transition(state, action):
    return state


def reward(state, action, next_state, goal):
    return 0.0, False


def actions(state):
    return (Action(f"step{number}") for number in itertools.count())
