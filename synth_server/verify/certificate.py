"""Certificates: what was checked, on which data, in which sandbox; signed."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Protocol

from sandbox.data.records import World
from sandbox.runtime.actions import schema_to_json
from synth_server.domain import Certificate, Evaluation

FORMAT = 1


class Signer(Protocol):
    """Holds an Ed25519 key; ``fingerprint`` is the SHA-256 of the raw public key in hex."""

    public_key: bytes
    fingerprint: str

    def sign(self, statement: bytes) -> bytes:
        """The signature of these very bytes, 64 bytes."""
        ...


@dataclass(frozen=True)
class Facts:
    """What a certificate states about a model. ``world`` has the action schemas that were used."""

    world: World
    provider: str
    source: str
    evaluation: Evaluation
    data_digest: str
    runtime_digest: str
    created: float  # seconds since the epoch


def issue(signer: Signer, facts: Facts) -> Certificate:
    """The signed statement of these facts."""
    text = json.dumps(statement(facts), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    body = text.encode("utf-8")
    return Certificate(body, signer.sign(body), signer.fingerprint)


def statement(facts: Facts) -> dict[str, object]:
    """The statement as JSON data; fits are shares in 0..1 over distinct rows.

    ``model``, ``data``, ``runtime`` and ``schema`` are digests, SHA-256 in hex.
    """
    evaluation = facts.evaluation
    return {
        "format": FORMAT,
        "world": facts.world.name,
        "provider": facts.provider,
        "created": datetime.fromtimestamp(facts.created, UTC).isoformat(timespec="seconds"),
        "model": sha256(facts.source.encode("utf-8")).hexdigest(),
        "data": facts.data_digest,
        "runtime": facts.runtime_digest,
        "schema": facts.world.schema_digest(),
        "actions": [schema_to_json(schema) for schema in facts.world.actions],
        "success": {"reward_above": facts.world.success.reward_above, "needs_done": facts.world.success.needs_done},
        "sandbox": evaluation.sandbox,
        "status": evaluation.status.value,
        "transitions": evaluation.transitions,
        "fit": evaluation.fit,
        "next_state_fit": evaluation.next_state_fit,
        "reward_fit": evaluation.reward_fit,
        "done_fit": evaluation.done_fit,
        "held_back_fit": evaluation.held_back_fit,
        "uncertain": evaluation.uncertain,
        "identity_baseline": evaluation.identity_baseline,
        "optimism": asdict(evaluation.optimism),
        "findings": [asdict(finding) for finding in evaluation.findings],
    }
