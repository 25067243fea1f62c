"""Every hostile program as a model that an agent loads: its process, files and environment stay as they were."""

import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_client import PlannedStep, PlanSettings, load
from agent_client.errors import ModelError
from agent_client.planning import LoadedModel
from sandbox.contract import OutcomeKind, Sandbox, Verdict
from sandbox.local import local_sandbox
from tests.attacks.corpus import HOSTILE, Attack
from tests.attacks.ground import SECRET, descriptors, family_of, guest_process, left_files, memory, settled
from tests.sandbox.corridor import GOAL, MODEL, RIGHT, inputs, state

SETTINGS = PlanSettings(seconds=0.8)
LATE = 0.7  # seconds beyond its limit that a call may take
TRIES = 3  # a busy machine may be late now and then; what evades its limit is late each time
FLAT = 32 << 20
CALLS = 2  # of an attack's plan: the search, and the replay of what it claims


@pytest.fixture(scope="module")
def jail(secret: None) -> Iterator[Sandbox]:
    made = local_sandbox()
    assert made.isolation.level == "jail"
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An agent's own folder, where it works."""
    (tmp_path / "own.txt").write_text("the agent's own")
    return tmp_path


def of_this_process(folder: Path) -> dict[str, object]:
    """All that a model might have touched in here."""
    return {
        "environment": dict(os.environ),
        "folder": Path.cwd(),
        "files": {path.name: path.read_bytes() for path in folder.iterdir()},
        "signals": [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)],
        "threads": {thread.name for thread in threading.enumerate()},
    }


def loaded(folder: Path, source: str, jail: Sandbox, settings: PlanSettings = SETTINGS) -> LoadedModel:
    path = folder / "model.py"
    path.write_text(source)
    return load(path, require_certificate=False, actions=inputs().schemas, sandbox=jail, settings=settings)


def works(folder: Path, jail: Sandbox) -> bool:
    """Whether a model that means well plans right."""
    with loaded(folder, MODEL, jail, PlanSettings()) as model:
        return [str(step.action) for step in model.plan(state(2), GOAL).steps] == ["right"] * 3


def ask(attack: Attack, model: LoadedModel) -> tuple[str, list[PlannedStep]]:
    """What went wrong in a call, and the steps that it gave."""
    if attack.task == "plan":
        plan = model.plan(state(2), GOAL)
        assert plan.verdict is not Verdict.FOUND or model.success.holds(plan.steps[-1].reward, plan.steps[-1].done)
        return plan.error, list(plan.steps)
    step = model.predict(state(2), GOAL, RIGHT)
    return step.error, [step]


def attempt(attack: Attack, folder: Path, jail: Sandbox) -> tuple[str, list[PlannedStep], float]:
    """Loads a hostile program and calls it twice; the seconds of the longest call."""
    began, error, steps, longest = time.monotonic(), "", list[PlannedStep](), 0.0
    try:
        with loaded(folder, attack.source, jail) as model:
            for _ in range(2):
                longest = max(longest, time.monotonic() - began)
                began = time.monotonic()
                error, steps = ask(attack, model)
    except ModelError as failed:
        error = str(failed)
    return error, steps, max(longest, time.monotonic() - began)


ORDER = list(HOSTILE)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if i % 6 == 0 else [pytest.mark.long]) for i, name in enumerate(ORDER)]
)
def test_the_agent_is_untouched_and_the_next_model_works(jail: Sandbox, folder: Path, name: str) -> None:
    attack = HOSTILE[name]
    assert works(folder, jail)
    (folder / "model.py").write_text(attack.source)
    before, held, open_files = of_this_process(folder), memory(), descriptors()
    runs = []
    for _ in range(TRIES):
        error, steps, seconds = attempt(attack, folder, jail)
        runs.append(seconds)
        assert OutcomeKind.OK in attack.ends or error
        assert [obj for step in steps for obj in step.next_state.of("Got")] == []
        assert SECRET not in repr((error, steps))
        if seconds < CALLS * (SETTINGS.seconds + LATE):
            break
    assert min(runs) < CALLS * (SETTINGS.seconds + LATE), runs
    assert of_this_process(folder) == before
    assert left_files(os.getpid()) == []
    del error, steps
    assert memory() - held < FLAT
    assert descriptors() <= open_files
    assert works(folder, jail)


def test_a_model_that_never_ends_is_told_by_its_limit(jail: Sandbox, folder: Path) -> None:
    endless = HOSTILE["loops/swallows_everything"]
    with loaded(folder, endless.source, jail) as model:
        step = model.predict(state(2), GOAL, RIGHT)
        assert re.search(r"not done after 0\.8 s|not done after 1 s of CPU", step.error)
        plan = model.plan(state(2), GOAL)
        assert (plan.verdict, plan.steps) == (Verdict.OPEN, ())
        assert "not done after" in plan.error


def test_no_process_is_left_of_a_model_that_multiplies(jail: Sandbox, folder: Path) -> None:
    with loaded(folder, HOSTILE["processes/fork_bomb_that_never_gives_up"].source, jail) as model:
        guest = guest_process(model._session)  # type: ignore[arg-type]
        model.predict(state(2), GOAL, RIGHT)
        before = family_of(guest)
        model.predict(state(2), GOAL, RIGHT)
        assert settled(guest, before)
    assert works(folder, jail)
