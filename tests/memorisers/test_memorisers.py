"""Programs that carry the data are found by what they contain, or by the gap between rows seen and unseen."""

from collections.abc import Iterator, Sequence

import pytest

from sandbox.data.records import Transition
from sandbox.policy import check
from synth_server.domain import Evaluation, Finding, Status
from synth_server.verify import memoriser
from synth_server.verify.contents import Contents, contents, vocabulary
from synth_server.verify.memoriser import Gap
from synth_server.verify.rows import distinct
from synth_server.verify.verifier import Verifier
from tests.backends import IN_TURN, opened
from tests.honest.worlds import BOXES, COINS, DOORS, Case
from tests.memorisers.makers import ANY_WORLD, COINS_ONLY, Maker, plain_names

EVERY = [(COINS, maker) for maker in (*ANY_WORLD, *COINS_ONLY)] + [(DOORS, maker) for maker in ANY_WORLD]
NAMES = [f"{case.world.name}-{maker.__name__}" for case, maker in EVERY]


@pytest.fixture(scope="module", params=IN_TURN)
def verifier(request: pytest.FixtureRequest) -> Iterator[Verifier]:
    with opened(request.param, "tests-memorisers") as sandbox:
        made = Verifier(sandbox)
        yield made
        made.close()


async def evaluate(verifier: Verifier, case: Case, rows: Sequence[Transition], source: str) -> Evaluation:
    return await verifier.evaluate_program(case.world, rows, [], source, skip_optimism=True)


def kinds(findings: Sequence[Finding]) -> set[str]:
    return {finding.kind for finding in findings}


@pytest.mark.parametrize(("case", "maker"), EVERY, ids=NAMES)
async def test_a_memoriser_of_all_rows_fits_them_and_is_found_by_what_it_contains(
    verifier: Verifier, case: Case, maker: Maker
) -> None:
    rows = case.rows(240)
    found = await evaluate(verifier, case, rows, maker(rows))
    assert found.error == ""
    assert (found.fit, found.held_back_fit) == (1.0, 1.0)
    assert kinds(found.findings) == {"memoriser"}
    assert (found.status, found.score) == (Status.PARTIAL, 0.0)


@pytest.mark.parametrize(("case", "maker"), EVERY, ids=NAMES)
def test_a_memoriser_of_few_rows_is_found_by_what_it_contains(case: Case, maker: Maker) -> None:
    rows = distinct(case.rows(100, seed=1))
    source = maker([row.transition for row in rows])
    assert check(source) == []
    carried = memoriser.find(contents(source, vocabulary(rows)), rows, Gap())
    assert carried is not None
    assert carried.kind == "memoriser"


async def test_a_memoriser_that_hides_its_table_in_names_is_found_by_the_gap(verifier: Verifier) -> None:
    checker = await verifier.open(COINS.world, COINS.rows(300), [], skip_optimism=True)
    source = plain_names(checker.visible)
    seen = await checker.evaluate(source)
    assert (seen.next_state_fit, kinds(seen.findings)) == (1.0, set())
    found = (await checker.evaluate_all(source)).evaluation
    await checker.close()
    assert {"memoriser", "held_back_gap"} <= kinds(found.findings)
    assert found.status is Status.PARTIAL
    assert "knows its own rows only" in next(f.detail for f in found.findings if f.kind == "memoriser")


def test_a_name_that_is_given_over_and_over_is_followed_once() -> None:
    source = "a = a\n" * 60_000 + "def transition(state, action):\n    return a\n"  # each by each would take minutes
    assert contents(source, vocabulary([])).entries == 0


def test_what_only_uncertain_uses_is_no_memory() -> None:
    rows = distinct(BOXES.rows(100))
    texts = ",\n    ".join(repr(repr(row.transition.state)) for row in rows)
    table = f"SEEN = {{\n    {texts}\n}}\n\n\n"
    honest = f"{table}def transition(state, action):\n    return state\n\n\n"
    honest += "def uncertain(state, action):\n    return repr(state) in SEEN\n"
    cheat = honest.replace("    return state\n", "    return state if uncertain(state, action) else None\n")
    assert memoriser.find(contents(honest, vocabulary(rows)), rows, Gap()) is None
    assert memoriser.find(contents(cheat, vocabulary(rows)), rows, Gap()) is not None


@pytest.mark.parametrize(
    "code",
    [
        "WALLS = {(1, 1), (2, 3), (3, 3), (4, 5), (5, 5)}",
        "KNIGHT = [(1, 2), (2, 1), (-1, 2), (-2, 1), (1, -2), (2, -1), (-1, -2), (-2, -1)]",
        "LIMIT = 10**9\nBIG = 1_000_000_007\nMASK = 0xFFFFFFFFFFFFFFFF\nLAST = 9223372036854775807",
        "MAP = '''\n##########\n#  @     #\n#  $  .  #\n##########\n'''",
        "import re\nP = re.compile(r'^(?:go|walk)\\s+to\\s+the\\s+(?P<colour>red|blue)\\s+(?P<what>ball|box)$')",
        "CELLS = {i: [(i + d) % 16 for d in (1, -1, 4, -4)] for i in range(16)}",
    ],
)
def test_small_tables_and_constants_are_ordinary(code: str) -> None:
    rows = distinct(COINS.rows(60))
    assert memoriser.find(contents(code, vocabulary(rows)), rows, Gap()) is None


def test_words_of_the_data_are_no_text_but_entries_of_tables_count() -> None:
    rows = distinct(DOORS.rows(200))
    told = contents("KINDS = ['Door', 'Door', 'Door']\nkind = 'Door'\nother = 'unheard of'", vocabulary(rows))
    assert (told.entries, told.text) == (2, len("unheard of"))  # a name is free where it is listed first


def test_forms_of_goals_are_told_in_the_words_of_the_data() -> None:
    rows = distinct(DOORS.rows(200))
    goal = max((row.transition.goal for row in rows), key=len)
    words = goal.split()
    form = " ".join([*words[:-1], "{thing_a}"])
    told = contents(f"FORM = {form!r}", vocabulary(rows))
    assert told.text == 2 * (len(words) - 1) + len("{thing_a}")


@pytest.mark.parametrize(
    ("between", "held", "found"),
    [
        (Gap(1.0, 200, 0.0, 20), Contents(), True),
        (Gap(1.0, 200, 0.3, 20), Contents(), False),  # a rule that is wrong elsewhere
        (Gap(1.0, 200, 0.3, 20), Contents(numbers=60), True),
        (Gap(1.0, 30, 0.0, 20), Contents(), False),  # too little was seen to expect more
        (Gap(1.0, 200, 0.0, 3), Contents(), False),  # too little to tell
        (Gap(0.3, 200, 0.0, 20), Contents(), False),  # it knows nothing of either
        (Gap(1.0, 200, 0.95, 20), Contents(numbers=60), False),
    ],
)
def test_the_gap_decides_alone_only_when_it_is_overwhelming(between: Gap, held: Contents, found: bool) -> None:
    rows = distinct(COINS.rows(200))
    assert (memoriser.find(held, rows, between) is not None) is found
