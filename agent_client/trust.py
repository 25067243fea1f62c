"""Whether a delivered model is what the server checked and signed.

Nothing of a model is used before :func:`verify` has passed: signature (Ed25519, RFC 8032) over the statement's bytes
as they are, by the trusted key; and the digests in it, of the model's text, its action schemas and success test, and
the runtime that it was checked with.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from agent_client.errors import TrustError
from agent_client.keys import TrustedKey
from agent_client.types import Certificate, Model
from sandbox.data.records import World

FORMAT = 1  # of the statement


@dataclass(frozen=True)
class Statement:
    """What a verified certificate says; ``body`` is all of it, as JSON data."""

    model_digest: str
    schema_digest: str
    runtime_digest: str
    body: Mapping[str, Any]


def verify(model: Model, key: TrustedKey, runtime_digest: str) -> Statement:
    """What the certificate of ``model`` says, once it is found genuine. ``runtime_digest`` is this client's own.

    Raises:
        TrustError: signature, key or a digest does not match; the text names which.
    """
    signed = model.certificate
    check_signature(signed, key, model.id)
    statement = _read(model, signed.statement)
    world = World("", actions=model.actions, success=model.success)
    _match(model, "world", statement.body.get("world"), model.world)
    _match(model, "status", statement.body.get("status"), model.evaluation.status.value)
    _match(model, "fit", statement.body.get("fit"), model.evaluation.fit)
    _match(model, "text", statement.model_digest, sha256(model.source.encode()).hexdigest())
    _match(model, "action schemas or success test", statement.schema_digest, world.schema_digest())
    if statement.runtime_digest != runtime_digest:
        raise TrustError(
            f"model {model.id} was checked with another version of the runtime than this client has; "
            "install the server's version of worldsmith here, or synthesise the model anew with this one"
        )
    return statement


def check_signature(signed: Certificate, key: TrustedKey, model: str) -> None:
    """Checks that the statement is signed by this key; ``model`` is what to call the model.

    Raises:
        TrustError: it is not.
    """
    if signed.key_fingerprint != key.fingerprint:
        raise TrustError(
            f"model {model} is signed by the key {signed.key_fingerprint or '(none)'}, "
            f"not by the trusted {key.fingerprint}"
        )
    try:
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(signed.signature, signed.statement)
    except (InvalidSignature, ValueError) as error:
        raise TrustError(
            f"the certificate of model {model} is not genuine: its signature does not match; do not use the model"
        ) from error


def _read(model: Model, data: bytes) -> Statement:
    try:
        body = json.loads(data)
        statement = Statement(str(body["model"]), str(body["schema"]), str(body["runtime"]), body)
        known = body["format"] == FORMAT
    except (ValueError, KeyError, TypeError) as error:
        raise TrustError(f"the certificate of model {model.id} is not readable") from error
    if not known:
        raise TrustError(f"the certificate of model {model.id} has a form that is newer than this client; update it")
    return statement


def _match(model: Model, what: str, stated: object, found: object) -> None:
    if stated != found:
        raise TrustError(f"the {what} of model {model.id} is not what the certificate was given for; do not use it")
