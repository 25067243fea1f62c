"""Models with certificates, signed here."""

import json
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent_client.keys import TrustedKey
from agent_client.types import Certificate, Evaluation, Model, Optimism, ServerInfo, Status
from sandbox.data.records import Success, World
from sandbox.runtime.actions import ActionSchema

RUNTIME = "a" * 64
SOURCE = "def transition(state, action):\n    return state\n"


class Signer:
    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self.public = self._key.public_key().public_bytes_raw()
        self.fingerprint = sha256(self.public).hexdigest()

    @property
    def trusted(self) -> TrustedKey:
        return TrustedKey(self.public, self.fingerprint)

    @property
    def info(self) -> ServerInfo:
        return ServerInfo(
            "1", "3.11", "docker", "stops much", self.public, self.fingerprint, RUNTIME, ("inductive",), "inductive"
        )

    def model(self, source: str = SOURCE, **changes: Any) -> Model:
        """A genuine model; ``changes`` replace entries of the statement before it is signed."""
        schemas, success = (ActionSchema("go"),), Success()
        statement = {
            "format": 1,
            "world": "w",
            "status": "verified",
            "fit": 1.0,
            "model": sha256(source.encode()).hexdigest(),
            "schema": World("w", actions=schemas, success=success).schema_digest(),
            "runtime": RUNTIME,
        }
        data = json.dumps(statement | changes).encode()
        evaluation = Evaluation(Status.VERIFIED, 1.0, 1.0, 1.0, 1.0, None, 0, 0.0, Optimism(found=1), 3, "docker", 0.1)
        certificate = Certificate(data, self._key.sign(data), self.fingerprint)
        return Model("m1", "w", "s1", source, evaluation, certificate, 0.0, "scripted", "", schemas, success)
