"""What the agent is measured on, and what is asked of it."""

from dataclasses import dataclass

from agent_client.curriculum import Stage


@dataclass(frozen=True)
class Target:
    """Environment steps to the first solved episode: what is wished for, and the most that will do."""

    env: str
    goal: int
    floor: int


def minigrid(name: str) -> str:
    """The spec of a MiniGrid or BabyAI level."""
    return f"minigrid:{name}-v0" if name.startswith("BabyAI") else f"minigrid:MiniGrid-{name}-v0"


EMPTY, DOORKEY, UNLOCK = minigrid("Empty-5x5"), minigrid("DoorKey-5x5"), minigrid("Unlock")
FETCH, PICKUP, BLOCKED = minigrid("Fetch-6x6-N2"), minigrid("UnlockPickup"), minigrid("BlockedUnlockPickup")
SOKOBAN = "sokoban:7x7-2"
SCRATCH = (
    Target(EMPTY, 25, 50),
    Target(DOORKEY, 50, 100),
    Target(UNLOCK, 60, 120),
    Target(FETCH, 60, 120),
    Target(SOKOBAN, 120, 240),
    Target(PICKUP, 80, 160),
    Target(BLOCKED, 120, 240),
)
CURRICULUM = (EMPTY, DOORKEY, UNLOCK, FETCH, PICKUP, BLOCKED)
AT_MOST_HALF = CURRICULUM[2:]
ABLATED = (DOORKEY, UNLOCK, SOKOBAN)
ABLATED_COURSE, SOKOBAN_COURSE = CURRICULUM[:3], ("sokoban:7x7-1", SOKOBAN)
OFF = ("optimism off", "experiments off")
HARDER = (
    "LavaCrossingS11N5",
    "MultiRoom-N6",
    "DoorKey-16x16",
    "GoToDoor-8x8",
    "RedBlueDoors-8x8",
    "KeyCorridorS4R3",
    "ObstructedMaze-1Dlhb",
    "PutNear-6x6-N2",
)
LAVA = minigrid("LavaGapS5")  # before the harder ones, after the curriculum
BABYAI = ("GoToLocal", "PickupLoc", "OpenDoor", "PutNextLocal", "UnlockLocal")
MISSIONS, TESTED, BABYAI_SHARE = 10, 50, 0.8
FRESH, MOST_SURPRISES = 20, 3
RANDOM_CAP = 20_000  # steps of an agent that acts at random
LONGEST = 5000  # steps of a run, else
MOST_STEPS = 1000  # to the first solved episode, in the harder worlds and where all of MiniGrid is tried
PAPER = {DOORKEY: "about 50", UNLOCK: "about 100", PICKUP: "about 80", SOKOBAN: "about 50"}  # WorldCoder, with GPT-4


def short(env: str) -> str:
    """What a world is called in a plot."""
    return env.removeprefix("minigrid:MiniGrid-").removesuffix("-v0")


def course(envs: tuple[str, ...], steps: int) -> list[Stage]:
    """Stages of one episode each."""
    return [Stage(env, 1, steps) for env in envs]
