"""The server's signing key: Ed25519 (RFC 8032), made at first start, readable by the owner alone."""

import os
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

FILE_NAME = "signing-key.pem"


class KeyFileError(RuntimeError):
    """The key file cannot be used; the text says why and what to do."""


class Signer:
    """Signs statements.

    ``public_key`` is the raw 32 bytes; ``fingerprint`` their SHA-256 in hex, by which a client pins the key.
    """

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public_key: bytes = key.public_key().public_bytes_raw()
        self.fingerprint: str = sha256(self.public_key).hexdigest()

    def sign(self, statement: bytes) -> bytes:
        """The signature of these very bytes, 64 bytes."""
        return self._key.sign(statement)


def load_or_create(directory: Path) -> Signer:
    """The signer whose key is in ``directory``; makes key and directory when there are none.

    Raises:
        KeyFileError: the key is no Ed25519 key, may be read by others, or cannot be read or written.
    """
    path = directory / FILE_NAME
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _create(path)
        if path.stat().st_mode & 0o077:
            raise KeyFileError(f"the signing key {path} may be read by others; run: chmod 600 {path}")
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise KeyFileError(f"cannot use the signing key {path}: {error.strerror}") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyFileError(f"the signing key {path} is damaged; remove it to get a new one") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"the signing key {path} is no Ed25519 key; remove it to get a new one")
    return Signer(key)


def _create(path: Path) -> None:
    """Writes a new key. Whole or not at all, and of two that start at once one wins."""
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink(missing_ok=True)
