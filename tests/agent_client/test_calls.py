import gc
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from agent_client.calls import Callers, Stream


@pytest.mark.parametrize("times", [30, pytest.param(300, marks=pytest.mark.long)])
def test_an_interrupt_comes_through_whatever_a_call_is_doing(times: int) -> None:
    command = [sys.executable, "-W", "error", "-m", "tests.agent_client.interrupting", str(times)]
    quiet = os.environ | {"GRPC_VERBOSITY": "ERROR"}  # a call that ends with its server is worth a line to gRPC
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=quiet)
    assert (done.returncode, done.stdout, done.stderr) == (0, "0\n", "")


def test_a_call_is_made_in_another_thread_that_is_kept() -> None:
    callers = Callers()
    threads = {callers.call(threading.current_thread) for _ in range(20)}
    assert len(threads) == 1
    assert threading.current_thread() not in threads
    callers.close()
    threads.pop().join(5)


def test_what_a_call_raises_is_raised_where_it_is_waited_for() -> None:
    callers = Callers()
    with pytest.raises(ZeroDivisionError):
        callers.call(lambda: 1 / 0)
    assert callers.call(lambda: 2) == 2
    callers.close()


def test_a_stream_gives_what_came_before_it_broke() -> None:
    def breaking() -> Iterator[int]:
        yield 1
        raise OSError("gone")

    callers = Callers()
    answers = iter(Stream(callers, breaking))
    assert next(answers) == 1
    with pytest.raises(OSError, match="gone"):
        next(answers)
    callers.close()


class Endless:
    """A call that gives nothing until it is cancelled."""

    def __init__(self) -> None:
        self.cancelled = threading.Event()

    def __iter__(self) -> Iterator[int]:
        assert self.cancelled.wait(10)
        return iter(())

    def cancel(self) -> None:
        self.cancelled.set()


def test_what_a_cancelled_stream_raises_is_taken_apart_in_its_own_thread() -> None:
    """Nothing of it is left to the thread that reads, where an interrupt might meet it."""
    callers, begun, go, freed_in = Callers(), threading.Event(), threading.Event(), list[threading.Thread]()

    class Broken(Exception):
        """As in gRPC, where the error is the call itself, which its own traceback then refers to."""

        def __iter__(self) -> Iterator[int]:
            begun.set()
            assert go.wait(10)
            raise self

        def cancel(self) -> None:
            go.set()

        def __del__(self) -> None:
            freed_in.append(threading.current_thread())

    gc.disable()
    try:
        stream = Stream(callers, Broken)
        assert begun.wait(10)
        stream.cancel()
        assert list(stream) == []
        callers.call(lambda: None)
        for _ in range(100):
            if freed_in:
                break
            time.sleep(0.02)
    finally:
        gc.enable()
        callers.close()
    assert [thread.name for thread in freed_in] == ["worldsmith-call"]


def test_a_stream_is_cancelled_even_before_it_was_begun() -> None:
    callers, call, go = Callers(), Endless(), threading.Event()

    def begin() -> Endless:
        assert go.wait(10)
        return call

    stream = Stream(callers, begin)
    stream.cancel()
    assert not call.cancelled.is_set()
    go.set()
    assert list(stream) == []
    stream.cancel()
    callers.close()
