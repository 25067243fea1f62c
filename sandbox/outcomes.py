"""From a keeper's report and a child's bytes to an outcome."""

import signal
from typing import Any

from sandbox.answers import MAX_LINE, MalformedError, decode
from sandbox.contract import Outcome, OutcomeKind, PredictRewards, PredictStates, ReplayPlan, Task
from sandbox.inputs import EncodedInputs
from sandbox.limits import Limits
from sandbox.readable import readable
from sandbox.runtime import codec, frames

_SPARE = 8 * 1024 * 1024


def answer_limit(encoded: EncodedInputs, limits: Limits) -> int:
    """How many bytes an answer may have: in proportion to what was asked, and never above the limit."""
    return min(limits.result, _SPARE + 8 * len(encoded.data))


def judge(task: Task, encoded: EncodedInputs, limits: Limits, report: dict[str, Any], answer: bytes) -> Outcome:
    """The outcome of a task. Never raises, whatever the child answered."""
    kind, detail, value = _ending(limits, report)
    if kind is OutcomeKind.OK:
        kind, detail, lines = _head(answer, _most_lines(task, encoded))
        if kind is OutcomeKind.OK:
            try:
                value = decode(task, encoded, lines)
            except MalformedError as error:
                kind, detail = OutcomeKind.MALFORMED, str(error)
    left = report["left_behind"]
    findings = (f"left {left} processes behind",) if left else ()
    return Outcome(kind, value, detail, readable(report["stdout"]), report["seconds"], findings)


def _ending(limits: Limits, report: dict[str, Any]) -> tuple[OutcomeKind, str, Any]:
    ended, code = report["ended"], report["code"]
    if ended == frames.TIMEOUT:
        return OutcomeKind.TIMEOUT, f"not done after {limits.wall_seconds:g} s", None
    if ended == frames.FLOODED:
        return OutcomeKind.OUTPUT, "the answer is larger than it may be", None
    if ended == frames.CLOSED:
        return OutcomeKind.CLOSED, "the session was closed", None
    if ended == frames.SIGNALLED:
        if code == signal.SIGXCPU or (code == signal.SIGKILL and report["cpu"] >= limits.cpu_seconds):
            return OutcomeKind.TIMEOUT, f"not done after {limits.cpu_seconds} s of CPU", None
        return OutcomeKind.CRASH, f"ended by {_signal_name(code)}", None
    if code:
        return OutcomeKind.CRASH, f"the program ended its process with code {code}", None
    return OutcomeKind.OK, "", None


def _head(answer: bytes, most: int) -> tuple[OutcomeKind, str, list[bytes]]:
    """How the child says that it ended, its words, and the lines of its answer."""
    head, _, rest = answer.partition(b"\n")
    if not answer.endswith(b"\n" + codec.END):
        return OutcomeKind.CRASH, "the program ended its process before the answer was complete", []
    body = rest[: -len(codec.END) - 1] if len(rest) > len(codec.END) else b""
    mark, _, text = head.partition(b" ")
    if mark == codec.OK:
        if body.count(b"\n") >= max(most, 1):
            return OutcomeKind.MALFORMED, "the answer holds more rows than were asked for", []
        return OutcomeKind.OK, "", body.split(b"\n") if body else []
    kinds = {
        codec.LOAD_ERROR: (OutcomeKind.LOAD_ERROR, ""),
        codec.MEMORY: (OutcomeKind.MEMORY, "out of memory"),
        codec.EXIT: (OutcomeKind.CRASH, "the program asked to exit: "),
    }
    if mark not in kinds:
        return OutcomeKind.MALFORMED, "the answer does not say how the program ended", []
    kind, words = kinds[mark]
    return kind, words + _words(text), []


def _words(text: bytes) -> str:
    """A JSON string from the child, made readable; its bytes as they are when it is none."""
    try:
        plain = codec.parse_text(text[:MAX_LINE])
    except (ValueError, RecursionError):
        plain = text[:1000].decode("ascii", "backslashreplace")
    return readable(plain[:4000])


def _most_lines(task: Task, encoded: EncodedInputs) -> int:
    match task:
        case PredictStates():
            return len(encoded.inputs.transitions)
        case PredictRewards():
            return len(encoded.inputs.rewards)
        case ReplayPlan():
            return len(task.actions)
        case _:
            return 1


def _signal_name(code: int) -> str:
    try:
        return signal.Signals(code).name
    except ValueError:
        return f"signal {code}"
