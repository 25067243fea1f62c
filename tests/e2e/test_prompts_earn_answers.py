"""The prompts show an expert what it needs, defect by defect; without that it cannot help."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from sandbox.data.records import Start
from sandbox.process import ProcessSandbox
from synth_server.domain import Candidate, Evaluation, Status
from synth_server.prompts.render import Prompts
from synth_server.providers.llm import LLMProvider
from synth_server.providers.protocol import Defect, Request
from synth_server.providers.splice import normalised, pieces
from synth_server.verify.checker import Checker
from synth_server.verify.verifier import Verifier
from synth_server.wiring import refusal
from tests.e2e.expert.expert import NOTHING_MOVES, Expert
from tests.e2e.expert.lessons import Lesson, doorkey, sokoban
from tests.e2e.expert.openly import Openly

PROMPTS = Prompts.load()


@pytest.fixture
async def verifier() -> AsyncIterator[Verifier]:
    sandbox = ProcessSandbox(spares=4)
    made = Verifier(sandbox, policy=refusal)
    yield made
    made.close()
    sandbox.close()


def defect_of(evaluation: Evaluation) -> Defect:
    """The worst of what is wrong."""
    if evaluation.error:
        return Defect.ERROR
    if evaluation.next_state_fit < 1:
        return Defect.NEXT_STATE
    if evaluation.unknown_goals:
        return Defect.GOAL
    return Defect.REWARD if evaluation.fit < 1 else Defect.PLAN


async def improve(checker: Checker, provider: LLMProvider, first: Candidate | None = None) -> list[Candidate]:
    """A chain of repairs until one is verified, each of the last."""
    chain = [first] if first is not None else []
    for index in range(8):
        parent = chain[-1] if chain else None
        defect = defect_of(parent.evaluation) if parent and parent.evaluation else None
        request = Request(
            checker.world, checker.visible, checker.starts, index, 3, parent=parent, defect=defect, history=tuple(chain)
        )
        made = await provider.propose(request)
        evaluation = await checker.evaluate(made.source)
        chain.append(Candidate(f"c{index + 1}", made.source, parent and parent.id, made.note, evaluation=evaluation))
        if evaluation.status is Status.VERIFIED:
            return chain
    raise AssertionError([(c.note, c.evaluation and c.evaluation.fit) for c in chain])


def parts(source: str) -> set[str]:
    """What a program consists of, in whatever order."""
    return {normalised(piece.text) for piece in pieces(source)}


@pytest.mark.parametrize("make", [doorkey, sokoban])
async def test_five_prompts_lead_from_nothing_to_a_model_that_knows_a_new_goal(
    verifier: Verifier, make: Callable[[], Lesson]
) -> None:
    lesson = make()
    provider = LLMProvider("expert", Openly(Expert(lesson)), PROMPTS)
    checker = await verifier.open(lesson.world, lesson.rows, lesson.starts)
    chain = await improve(checker, provider)
    assert [c.note for c in chain] == ["write", "repair transition", "repair transition", "plan"]
    assert parts(chain[-1].source) == parts(lesson.last())
    checker.take(lesson.new_rows, [Start(lesson.starts[0].state, lesson.new_goal)])
    await checker.release()
    known = replace(chain[-1], evaluation=await checker.evaluate(chain[-1].source))
    grown = await improve(checker, provider, known)
    await checker.close()
    assert [c.note for c in grown[1:]] == ["goal"]
    assert parts(grown[-1].source) == parts(lesson.program)
    before, after = (c.source.split("def reward")[0] for c in (known, grown[-1]))
    assert before == after


@pytest.mark.parametrize("hidden", ["class State:", "Expected: ", "Predicted: ", "State:\n", "Next state", "## Wrong"])
async def test_without_any_one_of_these_the_expert_is_of_no_use(verifier: Verifier, hidden: str) -> None:
    lesson = doorkey()
    checker = await verifier.open(lesson.world, lesson.rows, lesson.starts)
    parent = Candidate("c1", lesson.first(), evaluation=await checker.evaluate(lesson.first()))
    request = Request(
        checker.world, checker.visible, checker.starts, 0, 0, parent=parent, defect=Defect.NEXT_STATE, history=[parent]
    )
    await checker.close()
    expert = Expert(lesson)
    system, turn = (message.text for message in PROMPTS.render(request, 12_000).messages)
    assert NOTHING_MOVES not in expert.answer(system, turn)
    assert NOTHING_MOVES in expert.answer(system.replace(hidden, ""), turn.replace(hidden, ""))
