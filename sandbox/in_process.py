"""No sandbox at all, behind the sandbox's contract: the program runs in the caller's own process.

For a program that its user trusts like code of their own, where a process of its own is in the way (a debugger, a
profiler, a system without one). Nothing holds it: not its time, its memory, nor what it does.
"""

import time

from sandbox.answers import MalformedError, decode
from sandbox.contract import Inputs, Isolation, Outcome, OutcomeKind, Task
from sandbox.inputs import encode, task_to_plain
from sandbox.limits import Limits
from sandbox.runtime.codec import decode_inputs
from sandbox.runtime.loader import LoadError, describe, load_model
from sandbox.runtime.model import Model
from sandbox.runtime.tasks import perform


class InProcessSandbox:
    """See :class:`sandbox.contract.Sandbox`; its sessions stop nothing and never."""

    isolation = Isolation("none", "The program runs in this very process, and nothing that it does is stopped.")

    def open(self, inputs: Inputs, seed: int = 0) -> "InProcessSession":
        """A session for these inputs; the hash seed is this process's own.

        Raises:
            IndexError: a row names a state that is not there.
        """
        return InProcessSession(inputs)

    def close(self) -> None:
        """There is nothing to end."""


class InProcessSession:
    """See :class:`sandbox.contract.Session`. A program is loaded once; what it keeps, it keeps from task to task."""

    def __init__(self, inputs: Inputs) -> None:
        self.load(inputs)
        self._loaded: tuple[str, Model] | None = None
        self._closed = False

    def load(self, inputs: Inputs) -> None:
        """See :meth:`sandbox.contract.Session.load`.

        Raises:
            IndexError: a row names a state that is not there.
        """
        self._encoded = encode(inputs)
        self._inputs = decode_inputs(self._encoded.data)

    def run(self, task: Task, source: str, limits: Limits | None = None) -> Outcome:
        """See :meth:`sandbox.contract.Session.run`. Of the limits, only a plan search keeps to its seconds.

        Raises:
            KeyboardInterrupt: the user's, or the program's.
        """
        began, seconds = time.monotonic(), (limits or Limits()).wall_seconds
        if self._closed:
            return Outcome(OutcomeKind.CLOSED, detail="the session was closed")

        def expired() -> bool:
            return time.monotonic() - began > seconds

        kind, detail, value = OutcomeKind.OK, "", None
        try:
            lines = perform(task_to_plain(task), self._model(source), self._inputs, expired)
            value = decode(task, self._encoded, [line.encode() for line in lines])
        except LoadError as error:
            kind, detail = OutcomeKind.LOAD_ERROR, str(error)
        except MemoryError:
            kind, detail = OutcomeKind.MEMORY, "out of memory"
        except SystemExit as error:
            kind, detail = OutcomeKind.CRASH, f"the program asked to exit: {describe(error)}"
        except MalformedError as error:
            kind, detail = OutcomeKind.MALFORMED, str(error)
        return Outcome(kind, value, detail, seconds=time.monotonic() - began)

    def close(self) -> None:
        """Ends the session. Closing twice does nothing."""
        self._closed, self._loaded = True, None

    def _model(self, source: str) -> Model:
        if self._loaded is None or self._loaded[0] != source:
            self._loaded = (source, load_model(source))
        return self._loaded[1]
