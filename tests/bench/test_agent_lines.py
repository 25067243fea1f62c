"""The table of the agent's benchmark is told from all runs that were kept, whichever command measured them."""

from bench.agent import tasks
from bench.agent.kept import median_of, merged, of_states
from bench.agent.lines import TOLD


def run(env: str, seed: int, first: int | None, **more: object) -> dict[str, object]:
    usual = {"fresh": 20, "fresh_solved": 20, "fresh_surprises": 1, "surprises": 2, "code": "a"}
    return {"env": env, "seed": seed, "first": first, **usual, **more}


def test_a_run_takes_the_place_of_the_one_with_its_environment_and_seed() -> None:
    kept = merged([run("a", 0, 5), run("a", 2, 9)], run("a", 1, 7))
    assert [one["first"] for one in kept] == [5, 7, 9]
    assert [one["first"] for one in merged(kept, run("a", 2, 4))] == [5, 7, 4]
    assert len(merged(kept, run("b", 2, 4))) == 4


def test_what_solved_nothing_counts_as_the_most_steps() -> None:
    assert median_of([10, 30, 20]) == (20, "20 (10 to 30)")
    assert median_of([10, None, 20])[1] == "20 (10 to 20, 1 not solved)"
    assert median_of([10, None, None])[1] == "most not solved, 2 not solved"
    assert median_of([None])[1] == "none solved"


def test_runs_of_several_states_of_the_code_are_told_apart() -> None:
    assert of_states([run("a", 0, 1), run("a", 1, 1)]) == ""
    assert of_states([run("a", 0, 1), run("a", 1, 1, code="b")]) == "; measured in 2 states of the code"


def test_a_level_that_was_missed_misses_the_goal() -> None:
    name = f"scratch {tasks.FETCH}"
    good = {name: [run(tasks.FETCH, 0, 30), run(tasks.FETCH, 1, 40)]}
    bad = {name: [run(tasks.FETCH, 0, 30), run(tasks.FETCH, 1, 40, fresh_solved=19)]}
    assert [line.reached for line in TOLD["scratch"](good)] == [True, True]
    assert [line.reached for line in TOLD["scratch"](bad)] == [True, False]


def test_ablations_stand_side_by_side_over_the_seeds_that_all_have() -> None:
    details = {
        f"curriculum {tasks.UNLOCK}": [run(tasks.UNLOCK, seed, 10 + seed) for seed in range(4)],
        f"scratch {tasks.UNLOCK}": [run(tasks.UNLOCK, seed, 70) for seed in range(3)],
        **{f"ablation {name} {tasks.UNLOCK}": [run(tasks.UNLOCK, seed, 20) for seed in (0, 2)] for name in tasks.OFF},
    }
    (line,) = TOLD["ablations"](details)
    assert line.what.endswith("median of 2")
    assert line.measured == (
        "all on 11 (10 to 12); optimism off 20 (20 to 20); experiments off 20 (20 to 20); transfer off 70 (70 to 70)"
    )


def test_what_transfer_saves_is_told_from_both_parts() -> None:
    details = {
        f"curriculum {tasks.UNLOCK}": [run(tasks.UNLOCK, 0, 40)],
        f"scratch {tasks.UNLOCK}": [run(tasks.UNLOCK, 0, 70)],
    }
    (line,) = TOLD["transfer"](details)
    assert (line.measured, line.reached) == ("40.0, 70.0", False)
