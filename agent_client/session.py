"""Getting at a server: the one that was named, or an embedded one; its key checked before anything else."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from agent_client import embedded, files, keys
from agent_client.client import Client
from agent_client.errors import TrustError
from agent_client.keys import KnownKeys, TrustedKey
from agent_client.types import ServerInfo


@dataclass(frozen=True)
class Connection:
    """A server that answers, and whose key is trusted."""

    client: Client
    key: TrustedKey
    info: ServerInfo


@dataclass(frozen=True)
class ServerChoice:
    """Which server is meant: an address, or none for an embedded one that keeps its data in ``data_dir`` (None: the
    user's own). ``trust_key`` is a fingerprint or a file; None: what the address is known by. ``reconnect_seconds`` is
    how long a server that is lost in the middle is waited for.
    """

    server: str | None = None
    data_dir: Path | None = None
    trust_key: str | None = None
    reconnect_seconds: float = 30.0


@contextmanager
def connect(where: ServerChoice, tell: Callable[[str], None]) -> Iterator[Connection]:
    """A connection to the server that is meant, as long as the ``with`` block lasts.

    ``tell`` is given lines for people: the isolation level, and a key that is trusted on first use.

    Raises:
        AddressError: the address is no address.
        ServerUnreachableError: nothing answers there.
        ServerStartError: the embedded server refused to start.
        TrustError: the server's key is not the trusted one.
    """
    known = KnownKeys(files.config_dir() / keys.KNOWN_KEYS)
    with ExitStack() as stack:
        pinned = keys.read_fingerprint(where.trust_key) if where.trust_key is not None else None
        if where.server is None:
            folder = where.data_dir or files.data_dir()
            child = stack.enter_context(embedded.start(folder))
            address, pinned = child.address, pinned or child.key_fingerprint
            with suppress(TrustError):  # only so that the files of its models are known later
                known.remember(f"embedded {folder.resolve()}", child.key_fingerprint)
        else:
            address = where.server
        client = stack.enter_context(Client(address, reconnect_seconds=where.reconnect_seconds, tell=tell))
        info = client.server_info()
        key = keys.trust(info, address, pinned, known, tell)
        tell(f"server {address}, sandbox {info.sandbox}: {info.sandbox_note}")
        yield Connection(client, key, info)
