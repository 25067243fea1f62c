"""Files of levels as they are found: Boxoban's, and XSB in its varieties."""

import pytest

from agent_client.adapters.registry import UnknownEnvironmentError, make
from agent_client.adapters.sokoban_files import LevelFile, LevelFileError
from agent_client.adapters.sokoban_levels import parse
from sandbox.runtime.actions import Action

FIRST, SECOND = "#####\n#@$.#\n#####", "######\n#@ $.#\n######"
BOXOBAN = f"; 0\n{FIRST}\n\n; 1\n{SECOND}\n"
XSB = f"""A small collection
Author: somebody

;  first

{FIRST}

Level two
{SECOND}
Comment: no title

-#####-
-#+$_#-
-#####-
Title: below
Author: somebody else
"""


@pytest.fixture
def file(tmp_path):
    def write(text, name="levels.txt"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


def test_a_boxoban_file_is_read_by_its_own_numbers(file):
    levels = LevelFile(file(BOXOBAN))
    assert len(levels) == 2
    assert levels.named("0") == parse(FIRST)
    assert levels.named("1") == parse(SECOND)
    with pytest.raises(LevelFileError, match="has no level `2`; its levels go from 0 to 1"):
        levels.named("2")


def test_an_xsb_file_is_read_by_titles_above_and_below_and_by_place(file):
    levels = LevelFile(file(XSB))
    assert [drawing.title for drawing in levels.drawings] == ["first", "Level two", "below"]
    assert levels.named("first") == levels.named("1") == parse(FIRST)
    assert levels.named("Level two") == levels.named("2") == parse(SECOND)
    assert levels.named("below") == levels.named("3") == parse(" ##### \n #+$ # \n ##### ")
    assert [drawing.line for drawing in levels.drawings] == [6, 11, 16]


def test_every_mark_is_understood(file):
    (level,) = LevelFile(file("########\n#+$*.$-#\n#_ # $ #\n#  . * #\n########\n")).all()
    assert level.player == (1, 1)
    assert level.boxes == {(2, 1), (3, 1), (5, 1), (5, 2), (5, 3)}
    assert level.targets == {(1, 1), (3, 1), (4, 1), (3, 3), (5, 3)}
    assert (6, 1) in level.floor
    assert (1, 2) in level.floor


@pytest.mark.parametrize("text", [BOXOBAN.replace("\n", "\r\n"), "\ufeff" + BOXOBAN, "\n\n" + BOXOBAN.rstrip("\n")])
def test_line_ends_and_marks_of_other_systems_are_no_matter(file, text):
    assert LevelFile(file(text)).all() == [parse(FIRST), parse(SECOND)]


def test_a_title_that_is_not_utf8_is_no_matter(file):
    assert LevelFile(file(b"; Caf\xe9\n" + FIRST.encode())).all() == [parse(FIRST)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (BOXOBAN.replace("#@ $.#", "#@ $ #"), r"levels\.txt: level 1 \(line 7\): it has 1 boxes and 0 targets"),
        (BOXOBAN.replace("#@ $.#", "#@ $.#@"), r"level 1 \(line 7\): it has 2 players"),
        (BOXOBAN.replace("#@ $.#", "#@ $. "), r"level 1 \(line 7\): the player can leave it"),
        (BOXOBAN.replace("#@ $.#", "#@ X.#"), r"level 1 \(line 7\): `X` is no mark"),
        (BOXOBAN.replace("#@ $.#", "#@  *#"), r"level 1 \(line 7\): every box is on a target already"),
        ("", r"levels\.txt holds no level"),
        ("once upon a time\n", r"levels\.txt holds no level"),
    ],
)
def test_what_is_no_level_is_told_with_file_level_and_reason(file, text, why):
    with pytest.raises(LevelFileError, match=why):
        LevelFile(file(text)).all()


def test_a_bad_level_does_not_keep_the_others_from_being_played(file):
    path = file(BOXOBAN.replace("#@ $.#", "#@ $ #"))
    assert make(f"sokoban:{path}#0").reset(0)
    with pytest.raises(UnknownEnvironmentError, match="level 1"):
        make(f"sokoban:{path}#1")
    with pytest.raises(UnknownEnvironmentError, match="level 1"):
        make(f"sokoban:{path}")


def test_one_level_of_a_file_is_an_environment(file):
    env = make(f"sokoban:{file(BOXOBAN)}#1")
    for seed in (0, 5):
        state, goal = env.reset(seed)
        assert goal == "push every box onto a target"
        (player,), (box,) = state.of("Player"), state.of("Box")
        assert (player.x, player.y, box.x, box.y) == (1, 1, 3, 1)
    assert env.world.name == "sokoban-levels.txt-1"
    env.step(Action("move right"))
    result = env.step(Action("push right"))
    assert (result.reward, result.done) == (10.9, True)
    assert env.frame().size == (6 * 32, 3 * 32)


def test_a_whole_file_gives_its_levels_in_turn(file):
    env = make(f"sokoban:{file(BOXOBAN)}")
    walls = [len(env.reset(seed)[0].of("Wall")) for seed in range(4)]
    assert walls == [12, 14, 12, 14]


def test_what_is_neither_size_nor_file_is_told(file, tmp_path):
    with pytest.raises(UnknownEnvironmentError, match=r"gone\.txt: No such file"):
        make(f"sokoban:{tmp_path}/gone.txt#3")
    with pytest.raises(UnknownEnvironmentError, match="no size, and no file of levels"):
        make("sokoban:gone")
    path = file(BOXOBAN, "odd #name.txt")
    assert make(f"sokoban:{path}#1").reset(0)
    assert make(f"sokoban:{path}").reset(0)
