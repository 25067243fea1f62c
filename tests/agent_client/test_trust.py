from dataclasses import replace

import pytest

from agent_client.errors import TrustError
from agent_client.model_files import certificate_to_json
from agent_client.trust import verify
from agent_client.types import Status
from sandbox.data.records import Success
from sandbox.runtime.actions import ActionSchema
from tests.agent_client.signing import RUNTIME, Signer


@pytest.fixture
def signer() -> Signer:
    return Signer()


def test_a_genuine_model_is_accepted_and_its_statement_read(signer: Signer) -> None:
    statement = verify(signer.model(), signer.trusted, RUNTIME)
    assert statement.body["fit"] == 1.0


def test_a_changed_text_is_refused(signer: Signer) -> None:
    tampered = replace(signer.model(), source="import os\n")
    with pytest.raises(TrustError, match="the text of model m1 is not what the certificate was given for"):
        verify(tampered, signer.trusted, RUNTIME)


def test_changed_action_schemas_are_refused(signer: Signer) -> None:
    tampered = replace(signer.model(), actions=(ActionSchema("go"), ActionSchema("cheat")))
    with pytest.raises(TrustError, match="action schemas"):
        verify(tampered, signer.trusted, RUNTIME)


def test_a_changed_success_test_is_refused(signer: Signer) -> None:
    tampered = replace(signer.model(), success=Success(reward_above=-1.0))
    with pytest.raises(TrustError, match="success test"):
        verify(tampered, signer.trusted, RUNTIME)


def test_a_better_fit_than_was_signed_is_refused(signer: Signer) -> None:
    model = signer.model(fit=0.5)
    with pytest.raises(TrustError, match="the fit of model m1"):
        verify(model, signer.trusted, RUNTIME)


def test_a_better_status_than_was_signed_is_refused(signer: Signer) -> None:
    model = signer.model(status=Status.PARTIAL.value)
    with pytest.raises(TrustError, match="the status of model m1"):
        verify(model, signer.trusted, RUNTIME)


def test_a_changed_statement_is_refused(signer: Signer) -> None:
    model = signer.model()
    forged = replace(model.certificate, statement=model.certificate.statement.replace(b"verified", b"VERIFIED"))
    with pytest.raises(TrustError, match="signature does not match"):
        verify(replace(model, certificate=forged), signer.trusted, RUNTIME)


def test_a_signature_of_another_length_is_refused(signer: Signer) -> None:
    model = signer.model()
    cut = replace(model, certificate=replace(model.certificate, signature=b"short"))
    with pytest.raises(TrustError, match="signature does not match"):
        verify(cut, signer.trusted, RUNTIME)


def test_another_servers_certificate_is_refused(signer: Signer) -> None:
    with pytest.raises(TrustError, match="not by the trusted"):
        verify(Signer().model(), signer.trusted, RUNTIME)


def test_another_servers_certificate_under_the_trusted_name_is_refused(signer: Signer) -> None:
    other = Signer().model()
    renamed = replace(other, certificate=replace(other.certificate, key_fingerprint=signer.fingerprint))
    with pytest.raises(TrustError, match="signature does not match"):
        verify(renamed, signer.trusted, RUNTIME)


def test_a_model_checked_with_another_runtime_is_refused(signer: Signer) -> None:
    with pytest.raises(TrustError, match="another version of the runtime"):
        verify(signer.model(), signer.trusted, "b" * 64)


def test_a_statement_of_a_newer_form_is_refused(signer: Signer) -> None:
    with pytest.raises(TrustError, match="newer than this client"):
        verify(signer.model(format=2), signer.trusted, RUNTIME)


def test_the_file_of_a_certificate_keeps_the_signed_bytes(signer: Signer) -> None:
    certificate = signer.model().certificate
    kept = certificate_to_json(certificate, signer.trusted)
    assert kept["statement"].encode() == certificate.statement
    assert kept["key_fingerprint"] == signer.fingerprint
