"""Programs that mean harm, on every backend: each ends in an outcome of its own and learns or leaves nothing."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.contract import FindPlan, Inputs, Outcome, OutcomeKind, PredictStates, Sandbox, Session
from sandbox.runtime import Object, State
from tests.sandbox.conftest import LIMITS
from tests.sandbox.corridor import MODEL, RIGHT, attack, inputs, state

Open = Callable[[Inputs], Session]
ONE = Inputs(states=[state(1)], transitions=[(1 - 1, RIGHT)], starts=[(0, "")], schemas=inputs().schemas)
REST = "\ndef transition(s, a): return s\ndef reward(s, a, n, g): return 0.0, False\n"


def told(outcome: Outcome) -> str:
    """What the attack of the first row returned, or the error that it met."""
    assert outcome.kind is OutcomeKind.OK, outcome
    first = outcome.value[0]
    return first.error or next(str(obj.what) for obj in first.added if obj.type == "Told")


def works_still(session: Session) -> bool:
    """Whether a well-meant program gets its right answer from the same session."""
    outcome = session.run(PredictStates(), MODEL)
    return outcome.kind is OutcomeKind.OK and outcome.value[0].apply(state(1)) == state(2)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("while True: pass", OutcomeKind.TIMEOUT),
        ("while True:\n    try:\n        while True: pass\n    except BaseException: pass", OutcomeKind.TIMEOUT),
        ("sys.modules['time'].sleep(60)", OutcomeKind.TIMEOUT),
        ("sys.modules['signal'].signal(24, sys.modules['signal'].SIG_IGN)\nwhile True: pass", OutcomeKind.TIMEOUT),
        ("x = [bytes(1 << 24) for _ in range(1 << 20)]", OutcomeKind.MEMORY),
        ("raise SystemExit", OutcomeKind.CRASH),
        ("sys.exit(0)", OutcomeKind.CRASH),
        ("os._exit(0)", OutcomeKind.CRASH),
        ("os._exit(7)", OutcomeKind.CRASH),
        ("sys.modules['ctypes'].string_at(0)", OutcomeKind.CRASH),
        ("os.write(3, b'ok \"\"\\n0\\n'); os._exit(0)", OutcomeKind.CRASH),
        ("os.write(3, b'ok \"\"\\n0\\n0\\nend'); os._exit(0)", OutcomeKind.MALFORMED),
        ("os.write(3, b'ok \"\"\\n' + b'[' * 10_000 + b'\\nend'); os._exit(0)", OutcomeKind.MALFORMED),
        ("os.write(3, b'ok \"\"\\n' + b'9' * 5_000 + b'\\nend'); os._exit(0)", OutcomeKind.MALFORMED),
        ("os.write(3, b'ok \"\"\\nNaN\\nend'); os._exit(0)", OutcomeKind.MALFORMED),
        ("os.write(3, b'fine\\nend'); os._exit(0)", OutcomeKind.MALFORMED),
        ("os.write(3, b'load_error ' + b'[' * 100_000 + b'\\nend'); os._exit(0)", OutcomeKind.LOAD_ERROR),
        ("while True: os.write(3, b'x' * 65536)", OutcomeKind.OUTPUT),
        ("os.close(3)", OutcomeKind.CRASH),
        ("for fd in range(4): os.close(fd)\nwhile True: pass", OutcomeKind.TIMEOUT),
    ],
)
def test_every_bad_end_has_its_outcome(opened: Open, body: str, kind: OutcomeKind) -> None:
    session = opened(ONE)
    seconds = 0.7 if kind is OutcomeKind.TIMEOUT else 20.0  # what ends by itself has time to, on a busy machine too
    outcome = session.run(PredictStates(), attack(body), replace(LIMITS, wall_seconds=seconds, memory=256 << 20))
    assert outcome.kind is kind, outcome
    assert outcome.value is None
    assert outcome.detail
    assert "nor stopped from inside" not in outcome.detail
    assert works_still(session)


def test_ends_while_loading_have_their_outcomes(opened: Open) -> None:
    session = opened(ONE)
    limits = replace(LIMITS, wall_seconds=0.5)
    assert session.run(PredictStates(), "raise SystemExit" + REST).kind is OutcomeKind.CRASH
    assert session.run(PredictStates(), "x = 'y' * (1 << 40)" + REST).kind is OutcomeKind.MEMORY
    assert session.run(PredictStates(), "while True: pass" + REST, limits).kind is OutcomeKind.TIMEOUT
    deep = session.run(PredictStates(), "x = " + "(" * 100_000 + REST).kind
    assert deep in (OutcomeKind.LOAD_ERROR, OutcomeKind.MEMORY)
    assert works_still(session)


def test_cpu_time_is_bounded_apart_from_the_clock(opened: Open) -> None:
    outcome = opened(ONE).run(
        PredictStates(), attack("while True: pass"), replace(LIMITS, wall_seconds=60.0, cpu_seconds=1)
    )
    assert (outcome.kind, outcome.detail) == (OutcomeKind.TIMEOUT, "not done after 1 s of CPU")


def test_a_forged_reply_on_any_descriptor_is_no_reply(opened: Open) -> None:
    session = opened(ONE)
    body = """
done = []
report = b'{"ended":"exited","code":0,"cpu":0,"seconds":0,"stdout":"forged","left_behind":0}'
answer = b'ok ""\\n0\\nend'
body = len(report).to_bytes(4, "big") + report + answer
forged = b"A" + len(body).to_bytes(4, "big") + body
for fd in range(256):
    try:
        if fd != 3:
            os.write(fd, forged)
            done.append(fd)
    except OSError:
        pass
return done
"""
    outcome = session.run(PredictStates(), attack(body))
    assert told(outcome) == "[1, 2]"
    assert outcome.stdout.count("forged") == 2  # it is output, and nothing else
    assert works_still(session)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("return os.open('/tmp/worldsmith-attack', os.O_CREAT | os.O_WRONLY)", "Operation not permitted"),
        ("os.close(0)\nreturn os.open('/dev/shm/x', os.O_CREAT | os.O_WRONLY)", "Operation not permitted"),
        ("return os.open('/proc/1/environ', 0)", "Operation not permitted"),
        ("return os.open('/proc/%d/mem' % os.getppid(), 0)", "Operation not permitted"),
        ("return os.listdir('/')", "Operation not permitted"),
        ("return os.stat('/etc')", "Operation not permitted"),
        ("return os.mkdir('/tmp/worldsmith-attack')", "Operation not permitted"),
        ("return os.unlink('/etc/hostname')", "Operation not permitted"),
        ("return os.fork()", "Operation not permitted"),
        ("return os.execv('/usr/bin/python3', ['python3'])", "Operation not permitted"),
        ("return os.pipe()", "Operation not permitted"),
        ("return os.dup(3)", "Operation not permitted"),
        ("return sys.modules['_thread'].start_new_thread(print, ())", "can't start new thread"),
        ("return os.kill(os.getppid(), 9)", "Operation not permitted"),
        ("return os.kill(os.getpid(), 19)", "Operation not permitted"),
        ("return os.kill(1, 9)", "Operation not permitted"),
        ("return os.setuid(0)", "Operation not permitted"),
        ("return os.getrandom(8)", "Operation not permitted"),
    ],
)
def test_what_leads_out_is_shut(opened: Open, body: str, error: str) -> None:
    session = opened(ONE)
    met = told(session.run(PredictStates(), attack(body))).splitlines()[0]
    assert met.split(":")[0] in ("PermissionError", "RuntimeError"), met
    assert error in met
    assert not Path("/tmp/worldsmith-attack").exists()
    assert works_still(session)


def test_a_socket_cannot_be_had(opened: Open) -> None:
    body = """
libc = sys.modules["ctypes"].CDLL(None, use_errno=True)
results = []
for family in (1, 2, 10, 16):
    results.append(libc.socket(family, 1, 0))
os.close(0)
results.append(libc.socket(2, 1, 0))
return results, sys.modules["ctypes"].get_errno()
"""
    assert told(opened(ONE).run(PredictStates(), attack(body))) == "([-1, -1, -1, -1, -1], 1)"


def test_what_was_given_up_cannot_be_had_back(opened: Open) -> None:
    body = """
libc = sys.modules["ctypes"].CDLL(None, use_errno=True)
calls = {"prctl": (4, 1, 0, 0, 0), "setrlimit": (7, 0), "prlimit": (0, 7, 0, 0), "ptrace": (0, 0, 0, 0),
         "setuid": (0,), "unshare": (0x10000000,), "personality": (0,), "mount": (0, 0, 0, 0, 0), "chroot": (b"/",),
         "syscall": (425, 1, 0), "memfd_create": (b"x", 0), "process_vm_readv": (1, 0, 0, 0, 0, 0)}
return {name: getattr(libc, name)(*arguments) for name, arguments in calls.items()}
"""
    answers = told(opened(ONE).run(PredictStates(), attack(body)))
    assert answers.count(": -1") == 12, answers


def test_each_child_is_another_user(opened: Open, sandbox: Sandbox, backends: dict[str, Sandbox]) -> None:
    session = opened(ONE)
    seen = {told(session.run(PredictStates(), attack("return os.getuid(), os.getgid()"))) for _ in range(3)}
    if os.getuid() == 0 and sandbox is not backends["ordinary jail"]:  # an ordinary user can map one user only
        assert len(seen) == 3
    assert all("(0," not in one for one in seen)


def test_the_servers_environment_is_not_there(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLDSMITH_SECRET", "hunter2")
    session = opened(ONE)
    names = told(session.run(PredictStates(), attack("return sorted(os.environ)")))
    assert "WORLDSMITH_SECRET" not in names
    assert "HOME" not in names or "'/root'" not in names


WALK = """
gc = sys.modules["gc"]
gc.unfreeze()
frame = sys._getframe()
held = gc.get_objects()
while frame is not None:
    held += [frame.f_locals, frame.f_globals]
    frame = frame.f_back
for _ in range(3):
    held = gc.get_referents(*held)
    held = list({id(value): value for value in held}.values())
    if _ == 0:
        words = set()
    words |= {value for value in held if type(value) is str and "-secret" in value and len(value) < 30}
return sorted(words)
"""


def test_nothing_survives_from_one_session_inputs_or_program_to_the_next(opened: Open) -> None:
    first = Inputs(states=[State([Object("Box", word="first" + "-secret")])], transitions=[(0, RIGHT)])
    second = Inputs(states=[State([Object("Box", word="second" + "-secret")])], transitions=[(0, RIGHT)])
    session = opened(first)
    assert "first" + "-secret" in told(session.run(PredictStates(), attack(WALK)))  # the walk finds what is there
    session.run(PredictStates(), attack("sys.modules['json'].kept = 'program' + '-secret'\nreturn 1"))
    session.load(second)
    words = told(session.run(PredictStates(), attack(WALK)))
    assert "second" + "-secret" in words
    assert "first" + "-secret" not in words
    assert "program" + "-secret" not in words
    session.close()
    third = opened(Inputs(states=[State()], transitions=[(0, RIGHT)]))
    assert told(third.run(PredictStates(), attack(WALK))) == "['-secret']"  # its own word alone


SCAN = """
ctypes, gc = sys.modules["ctypes"], sys.modules["gc"]
gc.unfreeze()
wanted = "".join(reversed("elbadnifnu")).encode()
areas = {}
held = gc.get_objects()
for _ in range(3):
    held += gc.get_referents(*held)
for place in map(id, held):
    low, high = areas.get(place >> 14, (place, place))  # the allocator's pools
    areas[place >> 14] = min(low, place), max(high, place)
return sum(ctypes.string_at(low, high - low).count(wanted) for low, high in areas.values())
"""


def test_raw_memory_holds_nothing_of_former_inputs_either(opened: Open) -> None:
    """Reads the child's own memory by address, so that freed objects are seen too."""
    boxes = State([Object("Box", word="unfindable" * 3 + str(i)) for i in range(500)])
    session = opened(Inputs(states=[boxes], transitions=[(0, RIGHT)]))
    patient = replace(LIMITS, wall_seconds=60.0, cpu_seconds=60)  # it looks at a lot
    assert int(told(session.run(PredictStates(), attack(SCAN), patient))) > 500
    session.load(Inputs(states=[State()], transitions=[(0, RIGHT)]))
    assert int(told(session.run(PredictStates(), attack(SCAN), patient))) <= 1  # what it looks for


def test_a_program_that_fools_equality_fools_only_itself(opened: Open) -> None:
    body = "sys.modules['worldsmith_runtime'].State.__eq__ = lambda a, b: True\nreturn 'set'"
    session = opened(ONE)
    assert told(session.run(PredictStates(), attack(body))) == "set"
    assert works_still(session)


def test_a_fork_bomb_and_a_flood_of_output_leave_the_session_whole(opened: Open) -> None:
    session = opened(ONE)
    bomb = "while True:\n    try:\n        os.fork()\n    except OSError:\n        os.write(1, b'x' * 10_000)"
    outcome = session.run(PredictStates(), attack(bomb), replace(LIMITS, wall_seconds=1.5))
    assert outcome.kind is OutcomeKind.TIMEOUT
    assert len(outcome.stdout) == LIMITS.stdout
    assert outcome.findings == ()
    assert works_still(session)


def test_a_plan_from_a_liar_has_the_shape_of_a_plan(opened: Open) -> None:
    session = opened(ONE)
    for line in (
        '["found",[],1,"",null]',
        '["found",[["right",[1e999]]],1,"",null]',
        '["refuted",[["right",[]]],1,"",null]',
        '["open",[],true,"",null]',
        '["found",[["\\ud800",[]]],1,"",null]',
        '["great",[],1,"",null]',
        "[]",
    ):
        body = f"""os.write(3, b'ok ""\\n' + {line!r}.encode() + b'\\nend'); os._exit(0)"""
        outcome = session.run(FindPlan(0, 10), attack(body))
        assert outcome.kind is OutcomeKind.MALFORMED, line


TERMINAL = "\\x1b]0;owned\\x07\\x1b[2J\\x9b1m\\u202e"  # renames a terminal's window, clears it, turns text round


@pytest.mark.parametrize(
    "source",
    [
        attack(f"raise ValueError('{TERMINAL}')"),
        attack(f"print('{TERMINAL}')\nreturn 1"),
        attack("return 1") + f"\ndef uncertain(state, action):\n    return '{TERMINAL}'\n",
        f"raise ValueError('{TERMINAL}')",
        f"raise SystemExit('{TERMINAL}')",
        attack('os.write(3, b\'ok ""\\n"\\\\u001b[2J\\\\u202e"\\nend\'); os._exit(0)'),
    ],
    ids=["error", "output", "uncertain", "while loading", "exit", "forged"],
)
def test_what_a_program_says_commands_no_terminal(opened: Open, source: str) -> None:
    outcome = opened(ONE).run(PredictStates(), source)
    first = outcome.value[0] if outcome.value else None
    said = [outcome.detail, outcome.stdout, first and first.error, first and first.uncertain]
    text = "".join(filter(None, said))
    assert "[2J" in text
    assert "\\x1b" in text
    assert "\\u202e" in text
    assert text.replace("\n", "").isprintable()
