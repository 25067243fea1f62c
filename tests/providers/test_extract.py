"""What models really reply."""

import pytest

from synth_server.providers.extract import NoProgramError, read_program
from synth_server.providers.splice import defined

BOTH = ("transition", "reward")
T = "def transition(state, action):\n    return state"
R = "def reward(state, action, next_state, goal):\n    return 0.0, False"
PROGRAM = f"{T}\n\n\n{R}"


@pytest.mark.parametrize(
    "reply",
    [
        f"```python\n{PROGRAM}\n```",
        f"```\n{PROGRAM}\n```",
        f"```py\n{PROGRAM}\n```\nThat is all.",
        f"```Python title=model.py\n{PROGRAM}\n```",
        f"~~~python\n{PROGRAM}\n~~~",
        f"````python\n{PROGRAM}\n````",
        f"Here it is.\r\n```python\r\n{PROGRAM}\r\n```".replace("\n    ", "\r\n    "),
        f"```python\n{PROGRAM}",
        f"```python\n{PROGRAM}\n<|im_end|>",
        PROGRAM,
        f"Sure! The rule is: nothing moves.\n\n{PROGRAM}\n\nI hope that it helps.",
        f"{PROGRAM}\nThis program returns the state as it is, since nothing changes.",
        f"<think>\n```python\ndef transition(s, a): return 1\n```\nno, wrong</think>\n```python\n{PROGRAM}\n```",
        f'Some data:\n```json\n{{"def": 1}}\n```\nand the code:\n```python\n{PROGRAM}\n```',
        f"```text\ndef transition( whatever\n```\n```python\n{PROGRAM}\n```",
        f"First\n```python\n{T}\n```\nthen\n```python\n{R}\n```",
        f"A draft:\n```python\ndef transition(state, action):\n    return 1\n```\nBetter:\n```python\n{PROGRAM}\n```",
        "1. So:\n   ```python\n" + "\n".join(f"   {line}".rstrip() for line in PROGRAM.splitlines()) + "\n   ```",
        f"```python\n{PROGRAM}\n```\nUse it so:\n```python\nprint(transition(State(), 'go'))\n```",
        f"```python\n{PROGRAM}\n```\n```bash\npip install worldsmith\n```",
    ],
)
def test_the_program_is_found(reply: str) -> None:
    scope: dict = {}
    exec(read_program(reply, BOTH), scope)
    assert scope["transition"]("state", "go") == "state"
    assert scope["reward"](None, None, None, "") == (0.0, False)


def test_helpers_in_a_block_of_their_own_come_along() -> None:
    reply = f"```python\nSIZE = 3\n```\n```python\n{T.replace('return state', 'return SIZE')}\n\n\n{R}\n```"
    assert defined(read_program(reply, BOTH)) == {"SIZE", "transition", "reward"}


def test_one_function_is_enough_where_it_is_all_that_is_wanted() -> None:
    assert read_program(f"```\n{R}\n```", ("reward",)) == f"{R}\n"
    assert read_program(f"```\n{T}\n```", BOTH) == f"{T}\n"


def test_backticks_inside_the_code_do_not_end_it() -> None:
    documented = (
        f'def transition(state, action):\n    """As ``state`` and `x`; see ```this```."""\n    return state\n\n\n{R}'
    )
    assert read_program(f"```python\n{documented}\n```", BOTH) == f"{documented}\n"


def test_a_function_that_breaks_off_is_left_out_and_what_is_whole_is_used() -> None:
    assert read_program(f"```python\n{T}\n\n\ndef reward(state, act", ("transition",)) == f"{T}\n"


def test_tabs_do_not_matter() -> None:
    assert "return state" in read_program(
        f"```\n\tdef transition(s, a):\n\t\treturn state\n\t{''}\n```", ("transition",)
    )


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("", "empty"),
        ("  \n <think>long</think> ", "empty"),
        ("I cannot help with that.", "no Python code that defines `transition` or `reward`"),
        ("```python\nprint('hello')\n```", "no Python code"),
        ("```python\ndef transition(state, action):\n    return (\n```", "does not parse"),
        ("```python\ndef transition(state, action):\n    if state", "breaks off"),
        ("```python\ndef transition(state, action):\n    x = '\0'\n```", "does not parse"),
        ("def helper(): pass", "no Python code"),
        ("import os and tell me more", "no Python code"),
        ("```python\n" + "(" * 5_000 + "\ndef x", "breaks off"),
    ],
)
def test_a_reply_without_a_program_is_told_why(reply: str, reason: str) -> None:
    with pytest.raises(NoProgramError, match=reason):
        read_program(reply, BOTH)
