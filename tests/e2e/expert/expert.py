"""A model that knows a world, and lets a prompt have what the prompt has earned."""

import re

from tests.e2e.expert.lessons import Lesson, Mistake

NOTHING_MOVES = '''\
def transition(state, action):
    """Nothing moves."""
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
'''
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_WRONG = re.compile(r"^## Wrong \d+: (?P<action>.+)\n(?P<rest>(?:(?!## |# ).*\n)*)", re.MULTILINE)


class Expert:
    """Answers usefully only if the prompt shows what a person would need too, else with a wrong program."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson

    def answer(self, system: str, turn: str) -> str:
        """The reply to a prompt."""
        source = self._useful(system, turn)
        if source is None:
            return f"I see too little to tell.\n\n```python\n{NOTHING_MOVES}```"
        return f"The rule that is missing is clear.\n\n```python\n{source}```\n"

    def _useful(self, system: str, turn: str) -> str | None:
        lesson = self.lesson
        if not all(text in system for text in ("class State:", "def where(self, **attributes", "class UnknownGoal")):
            return None
        shown = next((block for block in _BLOCK.findall(turn) if "def transition" in block), None)
        if "# A new goal:" in turn:
            return None if shown is None else self._with_goal(shown, turn)
        if "# Where it fails" in turn:
            return None if shown is None else self._with_plan(shown, turn)
        if "predicts wrong" in turn:
            return self._rewritten(turn) if shown is None else self._repaired(shown, turn)
        seen = "# Observed transitions" in turn and "Effect: " in turn and lesson.world.description in turn
        return lesson.first() if seen else None

    def _repaired(self, shown: str, turn: str) -> str | None:
        """The program with the first mistake mended that a failing transition shows."""
        for failure in _WRONG.finditer(turn):
            text = failure["rest"]
            if not ("Expected: " in text and "Predicted: " in text and "State:\n" in text and "Next state" in text):
                continue
            for mistake in self.lesson.mistakes:
                if mistake.wrong in shown and failure["action"] in mistake.actions:
                    return _mended(shown, mistake)
        return None

    def _rewritten(self, turn: str) -> str | None:
        """A program that was not shown, with all the mistakes mended that failing transitions show."""
        source, now = None, self._repaired(self.lesson.first(), turn)
        while now is not None:
            source, now = now, self._repaired(now, turn)
        return source

    def _with_plan(self, shown: str, turn: str) -> str | None:
        where = turn.split("# Where it fails")[1]
        told = "Initial state:\n" in where and "1. " in where and repr(self.lesson.goal) in where
        gap = self.lesson.gap
        return _mended(shown, gap) if told and gap.wrong in shown else None

    def _with_goal(self, shown: str, turn: str) -> str | None:
        """`reward` alone, as it is asked for."""
        lesson = self.lesson
        known = turn.partition("# The most similar goals that it knows")[2]
        if repr(lesson.new_goal) not in turn or repr(lesson.goal) not in known or "done: True" not in turn:
            return None
        body = shown[shown.index("def reward(") :]
        grown = body.replace("    raise UnknownGoal", f"{lesson.branch}    raise UnknownGoal")
        return f"from worldsmith_runtime import UnknownGoal\n\n\n{grown}"


def _mended(source: str, mistake: Mistake) -> str:
    return source.replace(mistake.wrong, mistake.right)
