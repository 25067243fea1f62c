import json
from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from synth_server.domain import Evaluation, Optimism, Status
from synth_server.keys import Signer
from synth_server.verify.certificate import Facts, issue
from tests.verify.worlds import WORLD

EVALUATION = Evaluation(
    status=Status.VERIFIED,
    fit=1.0,
    next_state_fit=1.0,
    reward_fit=1.0,
    done_fit=1.0,
    held_back_fit=None,
    uncertain=0,
    identity_baseline=0.25,
    optimism=Optimism(found=2),
    transitions=32,
    sandbox="docker",
    seconds=1.0,
)
FACTS = Facts(WORLD, "inductive", "source é", EVALUATION, "d" * 64, "r" * 64, 0.0)


def test_the_statement_verifies_with_the_public_key_and_names_it() -> None:
    signer = Signer(Ed25519PrivateKey.generate())
    certificate = issue(signer, FACTS)
    key = Ed25519PublicKey.from_public_bytes(signer.public_key)
    key.verify(certificate.signature, certificate.statement)
    assert certificate.key_fingerprint == sha256(signer.public_key).hexdigest()
    with pytest.raises(InvalidSignature):
        key.verify(certificate.signature, certificate.statement.replace(b'"docker"', b'"weaker"'))


def test_the_statement_says_what_was_checked_on_which_data() -> None:
    body = json.loads(issue(Signer(Ed25519PrivateKey.generate()), FACTS).statement)
    assert body["model"] == sha256("source é".encode()).hexdigest()
    assert (body["data"], body["runtime"], body["schema"]) == ("d" * 64, "r" * 64, WORLD.schema_digest())
    assert (body["status"], body["fit"], body["held_back_fit"], body["sandbox"]) == ("verified", 1.0, None, "docker")
    assert body["optimism"] == {"found": 2, "refuted": 0, "open": 0, "unchecked": 0}
    assert body["created"] == "1970-01-01T00:00:00+00:00"


def test_equal_facts_have_one_statement() -> None:
    signer = Signer(Ed25519PrivateKey.generate())
    assert issue(signer, FACTS) == issue(signer, FACTS)
