"""Plays of an agent at a real server, and what is kept of them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from agent_client.adapters import registry
from agent_client.adapters.base import Adapter
from agent_client.agent import PlaySettings
from agent_client.curriculum import Course, Stage
from agent_client.events import EpisodeStarted, Event, Observer
from agent_client.learning import LearnSettings
from agent_client.playing import PlayRequest, play
from agent_client.result import PlayResult
from agent_client.session import Connection

PROVIDER = "inductive"
LEVELS_APART = 1000  # between the seeds of two runs, so that no level is met by two of them


@dataclass(frozen=True)
class Run:
    """A play. ``first`` is the number of steps up to the end of the first solved episode, None without one.

    ``surprises`` are those up to then; ``fresh`` levels came after it, ``fresh_surprises`` in them.
    """

    env: str
    seed: int
    first: int | None
    surprises: int
    fresh: int
    fresh_solved: int
    fresh_surprises: int
    steps: int
    syntheses: int
    lines: int
    seconds: float
    solved: tuple[bool, ...] = ()
    goals: tuple[str, ...] = field(default=(), repr=False)

    def to_json(self) -> dict[str, Any]:
        """The figures, without what each episode was about."""
        return {name: value for name, value in asdict(self).items() if name not in {"solved", "goals"}}


class Goals:
    """An observer that keeps the goal of each episode."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, event: Event) -> None:
        """Takes an event in."""
        if isinstance(event, EpisodeStarted):
            self.seen.append(event.goal)


def summed_up(env: str, seed: int, result: PlayResult, goals: Sequence[str] = ()) -> Run:
    """The figures of a play."""
    before = len(result.episodes) - len(result.counted)  # episodes before the first solved one
    until, fresh = result.episodes[: before + 1], result.counted[1:]
    return Run(
        env=env,
        seed=seed,
        first=result.first_solved,
        surprises=sum(episode.surprises for episode in until),
        fresh=len(fresh),
        fresh_solved=sum(episode.solved for episode in fresh),
        fresh_surprises=sum(episode.surprises for episode in fresh),
        steps=result.steps,
        syntheses=result.syntheses,
        lines=result.model_lines,
        seconds=round(result.seconds, 1),
        solved=tuple(episode.solved for episode in result.episodes),
        goals=tuple(goals),
    )


def from_scratch(
    connection: Connection, env: str, seed: int, *, episodes: int, steps: int, settings: PlayRequest | None = None
) -> Run:
    """One agent that knows nothing; ``settings`` are other ones than the usual."""
    game, goals = registry.make(env), Goals()
    request = with_limits(settings or PlayRequest(), seed, episodes, steps)
    try:
        result, _ = play(game, connection, request, [goals])
    finally:
        game.close()
    return summed_up(env, seed, result, goals.seen)


def with_limits(request: PlayRequest, seed: int, episodes: int, steps: int) -> PlayRequest:
    """The request with a run's seed and lengths, and the built-in provider."""
    learn = LearnSettings(PROVIDER, request.learn.budget, seed, request.learn.optimism)
    play_ = PlaySettings(episodes, seed * LEVELS_APART, steps, request.play.explore, request.play.plan)
    return PlayRequest(request.world, request.model, learn, play_)


def of_new_words(run: Run, first: int, tested: int) -> list[bool]:
    """Whether each of those ``tested`` was solved whose words were not among the ``first``."""
    known, after = set(run.goals[:first]), slice(first, first + tested)
    return [solved for solved, goal in zip(run.solved[after], run.goals[after], strict=False) if goal not in known]


def along(
    connection: Connection, stages: Sequence[Stage], seed: int, settings: PlayRequest | None = None
) -> Iterator[Run]:
    """One agent that plays stages one after the other, each with what it learned before."""

    @contextmanager
    def watched(game: Adapter) -> Iterator[Observer]:
        yield lambda event: None

    course = Course(connection, with_limits(settings or PlayRequest(), seed, 1, 1), watched)
    for stage in stages:
        yield summed_up(stage.env, seed, course.play(stage).result)
