"""What a play came to."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class EpisodeResult:
    """One episode; ``reward`` is the sum over its steps, ``surprises`` counts steps that were mispredicted."""

    solved: bool
    steps: int
    reward: float
    why: str
    surprises: int = 0


@dataclass
class PlayResult:
    """Figures of a play, kept up to date while it runs.

    ``episodes`` lists every episode; those from the first solved one on are counted against what was asked.
    """

    env: str
    wanted: int
    episodes: list[EpisodeResult] = field(default_factory=list)
    steps: int = 0
    first_reward: int | None = None
    first_solved: int | None = None
    syntheses: int = 0
    surprises: int = 0
    abandoned: int = 0
    provider_calls: int = 0
    tokens: int = 0
    model_lines: int = 0
    seconds: float = 0.0
    interrupted: bool = False

    @property
    def counted(self) -> list[EpisodeResult]:
        """The episodes from the first solved one on."""
        first = next((i for i, episode in enumerate(self.episodes) if episode.solved), len(self.episodes))
        return self.episodes[first:]

    @property
    def achieved(self) -> bool:
        """Whether as many episodes as were asked for were played from the first solved one on, all solved."""
        return len(self.counted) >= self.wanted and all(episode.solved for episode in self.counted)

    def to_json(self) -> dict[str, Any]:
        """The figures as the command line gives them with ``--json``."""
        return {
            "env": self.env,
            "episodes": [
                {"solved": e.solved, "steps": e.steps, "reward": e.reward, "surprises": e.surprises}
                for e in self.episodes
            ],
            "env_steps_to_first_reward": self.first_reward,
            "env_steps_to_first_solved": self.first_solved,
            "syntheses": self.syntheses,
            "surprises": self.surprises,
            "provider_calls": self.provider_calls,
            "tokens": self.tokens,
            "model_lines": self.model_lines,
            "seconds": round(self.seconds, 3),
        }
