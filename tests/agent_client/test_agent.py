from dataclasses import replace

import pytest

from agent_client import playing
from agent_client.adapters.base import Environment, StepResult
from agent_client.agent import PlaySettings
from agent_client.errors import EnvironmentFailedError, InvalidRequestError, TrustError
from agent_client.events import (
    Decided,
    EpisodeEnded,
    EpisodeStarted,
    Event,
    ModelReceived,
    Planned,
    Stepped,
    Submitted,
    SynthesisBegan,
    WentOn,
)
from agent_client.explore import ExploreSettings, Move
from agent_client.learning import LearnSettings
from agent_client.planning import PlanSettings
from agent_client.playing import PlayRequest, play
from agent_client.result import PlayResult
from agent_client.session import Connection
from agent_client.types import Model
from sandbox.contract import Verdict
from sandbox.data.records import Start, Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.state import State
from tests.agent_client.conftest import Script
from tests.agent_client.corridor import ASKING, GOAL, GOOD, HOPEFUL, HOPELESS, Corridor, situation

Watched = list[Event]


def run(
    connection: Connection, provider: str, env: Environment | None = None, **settings: object
) -> tuple[PlayResult, Model | None, Watched]:
    events: Watched = []
    wanted = replace(PlaySettings(max_steps=300), **settings)
    request = PlayRequest(learn=LearnSettings(provider=provider), play=wanted)
    result, model = play(env or Corridor(), connection, request, [events.append])
    return result, model, events


def test_a_good_model_leads_straight_to_the_goal(connection: Connection, script: Script) -> None:
    result, model, events = run(connection, script(GOOD), episodes=3)
    assert model is not None
    assert model.source == GOOD
    assert result.achieved
    assert (result.syntheses, result.surprises, result.provider_calls) == (1, 0, 1)
    assert [episode.solved for episode in result.episodes] == [True, True, True]
    assert result.first_reward == result.first_solved == result.episodes[0].steps
    assert result.model_lines == len(GOOD.splitlines())
    began = next(event for event in events if isinstance(event, SynthesisBegan))
    assert began.transitions >= 10
    later = [event for event in events if isinstance(event, Stepped) and event.number > result.episodes[0].steps]
    assert {event.move for event in later} == {Move.FOLLOW}
    assert len(later) == sum(episode.steps for episode in result.episodes[1:])


def test_episodes_start_on_fresh_levels(connection: Connection, script: Script) -> None:
    env = Corridor()
    run(connection, script(GOOD), env, episodes=3, seed=40)
    assert env.seeds == [40, 41, 42]


def test_a_surprise_stops_the_plan_and_leads_to_another_model(connection: Connection, script: Script) -> None:
    result, model, events = run(connection, script(HOPEFUL, GOOD), max_steps=120)
    assert result.achieved
    assert model is not None
    surprised = [i for i, event in enumerate(events) if isinstance(event, Stepped) and event.surprise]
    assert len(surprised) == result.surprises >= 1
    after = [event for event in events[surprised[0] + 1 :] if isinstance(event, Stepped | SynthesisBegan)]
    assert isinstance(after[0], SynthesisBegan)
    assert "surprised" in after[0].why


def test_open_questions_are_asked_where_there_is_no_plan(connection: Connection, script: Script) -> None:
    result, _, events = run(connection, script(ASKING), max_steps=200)
    asked = [
        event.decision.reason for event in events if isinstance(event, Decided) and event.decision.move is Move.ASK
    ]
    assert asked
    assert len(asked) == len(set(asked))
    assert result.achieved
    assert result.surprises == 1


def test_the_steps_are_bounded(connection: Connection, script: Script) -> None:
    result, _, events = run(connection, script(HOPELESS), max_steps=37)
    assert result.steps == 37
    assert not result.achieved
    assert result.first_solved is None
    assert isinstance(events[-1], Submitted)
    assert isinstance(events[-2], EpisodeEnded)
    assert sum(episode.steps for episode in result.episodes) == 37


def test_a_truncated_episode_is_over_but_not_done(connection: Connection, script: Script) -> None:
    result, _, _ = run(connection, script(HOPELESS), Corridor(limit=12), max_steps=30)
    assert result.episodes[0].steps <= 12
    assert not result.episodes[0].solved
    assert {episode.why for episode in result.episodes} <= {"truncated", "abandoned", "out of steps"}


def test_the_same_seed_gives_the_same_play(connection: Connection, script: Script) -> None:
    def steps() -> list[str]:
        _, _, events = run(connection, script(HOPEFUL, ASKING, GOOD), seed=5, max_steps=60)
        return [str(event.action) for event in events if isinstance(event, Stepped)]

    assert steps() == steps()


def test_without_any_model_the_agent_goes_on_trying(connection: Connection, script: Script) -> None:
    result, model, events = run(connection, script({"error": "out of ideas"}), max_steps=60)
    assert model is None
    assert result.steps == 60 or result.first_solved is not None
    assert result.syntheses >= 2
    assert not any(isinstance(event, ModelReceived | Planned) for event in events)


def test_an_environment_that_raises_is_told_and_what_was_seen_is_kept(connection: Connection, script: Script) -> None:
    seen: list[Stepped] = []

    def watch(event: Event) -> None:
        if isinstance(event, Stepped):
            seen.append(event)

    request = PlayRequest(world="broken", learn=LearnSettings(provider=script(HOPELESS)))
    with pytest.raises(EnvironmentFailedError) as caught:
        play(Corridor(fail_at=14), connection, request, [watch])
    text = str(caught.value)
    assert "failed in step after 14 steps: RuntimeError: the motor is broken" in text
    assert text.endswith("go on with --world broken")
    assert "\n" not in text
    _, stats = connection.client.get_world("broken")
    states = [situation(0, lamp=11), *(event.state for event in seen)]
    rows = {(before, event.action, event.state) for before, event in zip(states, seen, strict=False)}
    assert stats.transitions == len(rows)
    assert stats.starts == 1


def test_an_unknown_provider_is_refused_in_one_line(connection: Connection) -> None:
    with pytest.raises(InvalidRequestError, match="provider") as caught:
        run(connection, "nobody")
    assert "\n" not in str(caught.value)


def test_a_play_goes_on_with_a_model_of_another_world(connection: Connection, script: Script) -> None:
    _, model, _ = run(connection, script(GOOD))
    assert model is not None
    request = PlayRequest(model=model.id, learn=LearnSettings(provider=script(HOPELESS)))
    result, _ = play(Corridor(), connection, request, [])
    assert (result.syntheses, result.steps) == (0, 12)


def test_an_interruption_ends_the_play_and_keeps_what_was_seen(connection: Connection, script: Script) -> None:
    def interrupt(event: Event) -> None:
        if isinstance(event, Stepped) and event.number == 5:
            raise KeyboardInterrupt

    request = PlayRequest(world="interrupted", learn=LearnSettings(provider=script(GOOD)))
    result, _ = play(Corridor(), connection, request, [interrupt])
    assert result.interrupted
    assert result.steps == 5
    _, stats = connection.client.get_world("interrupted")
    assert 1 <= stats.transitions <= 5


def test_a_model_is_planned_with_until_it_is_refuted(connection: Connection, script: Script) -> None:
    settings = ExploreSettings(patience=3)
    result, _, events = run(connection, script(HOPELESS), explore=settings, max_steps=60)
    verdicts = {event.plan.verdict for event in events if isinstance(event, Planned)}
    assert verdicts == {Verdict.REFUTED}
    assert result.abandoned >= 1


def test_a_model_without_end_and_without_a_plan_is_no_start_for_the_next(
    connection: Connection, script: Script
) -> None:
    """It fits all that is seen on the way, so that a synthesis that begins with it gives nothing else."""
    endless = HOPELESS.replace(" and walker.x < 11", "")
    explore, plans = ExploreSettings(rows_without_questions=2), PlanSettings(nodes=50, quick_nodes=20)
    _, _, events = run(connection, script(endless), explore=explore, plan=plans, max_steps=35)
    first, *later = parents(events)
    assert (first, set(later)) == ("", {""})
    _, _, events = run(connection, script(HOPEFUL, GOOD), max_steps=120)
    first, second, *_ = parents(events)
    assert (first, bool(second)) == ("", True)


def parents(events: Watched) -> list[str]:
    """The models that those received were refined from."""
    return [event.model.parent_model for event in events if isinstance(event, ModelReceived)]


def test_a_play_goes_on_with_what_its_world_holds(connection: Connection, script: Script) -> None:
    request = PlayRequest(world="kept", learn=LearnSettings(provider=script(GOOD)))
    first, model = play(Corridor(), connection, request, [])
    assert (first.syntheses, model is not None) == (1, True)
    events: list[Event] = []
    again, same = play(Corridor(), connection, replace(request, learn=LearnSettings("scripted:/none")), [events.append])
    assert (again.syntheses, again.steps) == (0, 12)
    went_on = events[0]
    assert isinstance(went_on, WentOn)
    assert (went_on.world, went_on.model, same) == ("kept", model, model)
    assert went_on.transitions == connection.client.get_world("kept")[1].transitions


def test_rows_that_were_stored_before_are_learned_from_at_once(connection: Connection, script: Script) -> None:
    connection.client.create_world(replace(Corridor().world, name="rows"))
    seen = [
        Transition(situation(x, lamp=11), Action("right"), 0.0, situation(x + 1, lamp=11), GOAL, done=False)
        for x in range(10)
    ]
    connection.client.submit("rows", seen, [Start(seen[0].state, GOAL)])
    request = PlayRequest(world="rows", learn=LearnSettings(provider=script(GOOD)))
    result, _ = play(Corridor(), connection, request, [])
    assert (result.syntheses, result.steps) == (1, 12)


def test_a_model_brings_its_world_along(connection: Connection, script: Script) -> None:
    _, model = play(Corridor(), connection, PlayRequest(learn=LearnSettings(provider=script(GOOD))), [])
    assert model is not None
    events: list[Event] = []
    play(Corridor(), connection, PlayRequest(model=model.id), [events.append])
    assert isinstance(events[0], WentOn)
    assert events[0].world == model.world
    other = Corridor()
    other.world = replace(other.world, description="Another one.")
    _, kept = play(other, connection, PlayRequest(model=model.id), [events.append])
    assert kept == model
    assert sum(isinstance(event, WentOn) for event in events) == 1


def test_a_newest_model_that_is_not_trusted_is_told_and_left(
    connection: Connection, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = PlayRequest(world="upgraded", learn=LearnSettings(provider=script(GOOD)))
    _, model = play(Corridor(), connection, request, [])
    assert model is not None
    monkeypatch.setattr(playing, "runtime_digest", lambda: "0" * 64)
    events: list[Event] = []
    few = replace(request, play=PlaySettings(max_steps=5, explore=ExploreSettings(first_rows=1000)))
    _, used = play(Corridor(), connection, few, [events.append])
    assert isinstance(events[0], WentOn)
    assert (used, events[0].model) == (None, None)
    assert "another version of the runtime" in events[0].refused
    with pytest.raises(TrustError, match="another version of the runtime"):
        play(Corridor(), connection, replace(few, model=model.id), [])


def test_what_an_episode_showed_is_submitted_when_it_ends(connection: Connection, script: Script) -> None:
    class Gone(Exception):
        """The agent's process is gone, without a word."""

    def die(event: Event) -> None:
        if isinstance(event, EpisodeStarted) and event.number == 2:
            raise Gone

    settings = PlaySettings(max_steps=50, explore=ExploreSettings(first_rows=1000))
    with pytest.raises(Gone):
        play(Corridor(limit=8), connection, PlayRequest(world="gone", play=settings), [die])
    assert connection.client.get_world("gone")[1].transitions >= 1


def test_where_nothing_was_submitted_there_is_nothing_to_go_on_with(connection: Connection) -> None:
    class Broken(Corridor):
        def reset(self, seed: int) -> tuple[State, str]:
            raise RuntimeError("no such level")

    with pytest.raises(EnvironmentFailedError, match="no such level") as caught:
        play(Broken(), connection, PlayRequest(world="never"), [])
    assert "go on with" not in str(caught.value)


class Guarded(Corridor):
    """The corridor, where it is told which actions apply: the button only where the lamp hangs."""

    def __init__(self) -> None:
        super().__init__()
        self.pressed_at: list[int] = []

    def available(self) -> tuple[Action, ...]:
        here = [Action("press")] if self._x == self._lamp else []
        return (Action("left"), *here, Action("right"))

    def step(self, action: Action) -> StepResult:
        if action == "press":
            self.pressed_at.append(self._x)
        return super().step(action)


def test_what_is_not_offered_is_not_done_and_another_model_is_asked_for(connection: Connection, script: Script) -> None:
    env = Guarded()
    result, _, events = run(connection, script(HOPEFUL), env, max_steps=200)
    assert result.achieved
    assert set(env.pressed_at) == {env._lamp}
    reasons = [event.why for event in events if isinstance(event, SynthesisBegan)]
    assert len(reasons) >= 2
    assert "surprised" in reasons[1]
    assert result.surprises == 0  # the model was right about all that was done
