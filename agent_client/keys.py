"""Which server key is trusted: pinned by hand, by file, or on first use of an address."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from agent_client.errors import TrustError
from agent_client.files import write_atomically
from agent_client.types import ServerInfo

KNOWN_KEYS = "known_keys.json"  # in the folder of this user's settings
_FINGERPRINT = re.compile(r"(?:sha256:)?([0-9a-f]{64})", re.IGNORECASE)


@dataclass(frozen=True)
class TrustedKey:
    """A server's public key (Ed25519, 32 bytes) that was found trustworthy, and its SHA-256 in hex."""

    public_key: bytes
    fingerprint: str


class KnownKeys:
    """The fingerprints that were met on first use, by address, in a JSON file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def get(self, address: str) -> str | None:
        """The fingerprint known for an address, if any.

        Raises:
            TrustError: the file is unreadable or damaged.
        """
        return self._read().get(address)

    def fingerprints(self) -> frozenset[str]:
        """All that are known, whatever the address.

        Raises:
            TrustError: the file is unreadable or damaged.
        """
        return frozenset(self._read().values())

    def remember(self, address: str, fingerprint: str) -> None:
        """Notes a fingerprint.

        Raises:
            TrustError: the file cannot be read or written.
        """
        known = self._read() | {address: fingerprint}
        try:
            write_atomically(self.path, (json.dumps(known, indent=2, sort_keys=True) + "\n").encode(), 0o600)
        except OSError as error:
            raise TrustError(f"cannot write the known keys to {self.path}: {error.strerror}") from error

    def _read(self) -> dict[str, str]:
        try:
            data = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise TrustError(f"cannot read the known keys in {self.path}: {error.strerror}") from error
        except ValueError as error:
            raise TrustError(f"the known keys in {self.path} are damaged; repair or remove the file") from error
        if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
            raise TrustError(f"the known keys in {self.path} are damaged; repair or remove the file")
        return data


def read_fingerprint(text: str) -> str:
    """The fingerprint that ``text`` is, or that the file of this name holds (a fingerprint, or a key in PEM form).

    Raises:
        TrustError: it is neither.
    """
    written = _FINGERPRINT.fullmatch(text.strip())
    if written:
        return written[1].lower()
    path = Path(text)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TrustError(
            f"--trust-key: `{text}` is neither a fingerprint (64 hexadecimal digits) nor a readable file"
        ) from error
    written = _FINGERPRINT.fullmatch(content.decode("utf-8", "replace").strip())
    return written[1].lower() if written else sha256(_public_bytes(content, path)).hexdigest()


def trust(
    info: ServerInfo, address: str, pinned: str | None, known: KnownKeys, tell: Callable[[str], None]
) -> TrustedKey:
    """The server's key, once it is found trustworthy. ``pinned`` is a fingerprint; without one the first key met at
    an address is kept and told of, and another one later is refused.

    Raises:
        TrustError: the key is not the pinned or the known one, or the server contradicts itself.
    """
    fingerprint = sha256(info.public_key).hexdigest()
    if fingerprint != info.key_fingerprint or len(info.public_key) != 32:
        raise TrustError(f"the server at {address} tells a fingerprint that is not its key's; do not use it")
    if pinned is not None:
        if fingerprint != pinned:
            raise TrustError(f"the server at {address} has the key {fingerprint}, not the trusted {pinned}")
        return TrustedKey(info.public_key, fingerprint)
    before = known.get(address)
    if before is None:
        known.remember(address, fingerprint)
        tell(f"trusting {address} from now on, by its key {fingerprint} (kept in {known.path})")
    elif before != fingerprint:
        raise TrustError(
            f"the key of {address} has changed from {before} to {fingerprint}: this may be another server; "
            f"if you expected it, remove the address from {known.path} or give --trust-key"
        )
    return TrustedKey(info.public_key, fingerprint)


def _public_bytes(content: bytes, path: Path) -> bytes:
    for load in (load_pem_public_key, lambda data: load_pem_private_key(data, None).public_key()):
        try:
            key = load(content)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            continue
        if isinstance(key, Ed25519PublicKey):
            return key.public_bytes_raw()
    raise TrustError(f"--trust-key: {path} holds neither a fingerprint nor an Ed25519 key in PEM form")
