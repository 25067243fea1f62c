import json
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from agent_client.errors import TrustError
from agent_client.keys import KnownKeys, read_fingerprint, trust
from synth_server import keys as server_keys
from tests.agent_client.signing import Signer

ADDRESS = "localhost:50051"


@pytest.fixture
def known(tmp_path: Path) -> KnownKeys:
    return KnownKeys(tmp_path / "config" / "known_keys.json")


def test_the_first_key_of_an_address_is_kept_with_a_notice(known: KnownKeys) -> None:
    signer, said = Signer(), []
    assert trust(signer.info, ADDRESS, None, known, said.append) == signer.trusted
    assert len(said) == 1
    assert signer.fingerprint in said[0]
    assert json.loads(known.path.read_text()) == {ADDRESS: signer.fingerprint}
    assert trust(signer.info, ADDRESS, None, known, said.append) == signer.trusted
    assert len(said) == 1


def test_a_changed_key_is_refused_and_the_known_one_stays(known: KnownKeys) -> None:
    first = Signer()
    trust(first.info, ADDRESS, None, known, lambda line: None)
    with pytest.raises(TrustError, match="has changed from"):
        trust(Signer().info, ADDRESS, None, known, lambda line: None)
    assert known.get(ADDRESS) == first.fingerprint


def test_a_pinned_key_wins_over_known_ones_and_is_not_kept(known: KnownKeys) -> None:
    signer = Signer()
    assert trust(signer.info, ADDRESS, signer.fingerprint, known, lambda line: None) == signer.trusted
    assert not known.path.exists()
    with pytest.raises(TrustError, match="not the trusted"):
        trust(Signer().info, ADDRESS, signer.fingerprint, known, lambda line: None)


def test_a_server_that_lies_about_its_fingerprint_is_refused(known: KnownKeys) -> None:
    pinned = Signer()
    liar = replace(Signer().info, key_fingerprint=pinned.fingerprint)
    with pytest.raises(TrustError, match="not its key's"):
        trust(liar, ADDRESS, pinned.fingerprint, known, lambda line: None)


def test_a_damaged_file_of_known_keys_is_refused(known: KnownKeys) -> None:
    known.path.parent.mkdir()
    known.path.write_text("{")
    with pytest.raises(TrustError, match="damaged"):
        trust(Signer().info, ADDRESS, None, known, lambda line: None)


def test_fingerprints_are_read_from_text_and_files(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate().public_key()
    pem = tmp_path / "public.pem"
    pem.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    fingerprint = read_fingerprint(str(pem))
    assert read_fingerprint(fingerprint.upper()) == fingerprint
    (tmp_path / "fingerprint").write_text(f"sha256:{fingerprint}\n")
    assert read_fingerprint(str(tmp_path / "fingerprint")) == fingerprint


def test_the_servers_own_key_file_gives_its_fingerprint(tmp_path: Path) -> None:
    signer = server_keys.load_or_create(tmp_path)
    assert read_fingerprint(str(tmp_path / server_keys.FILE_NAME)) == signer.fingerprint


@pytest.mark.parametrize("text", ["deadbeef", "/no/such/file"])
def test_what_is_neither_fingerprint_nor_file_is_refused(text: str) -> None:
    with pytest.raises(TrustError, match="neither a fingerprint"):
        read_fingerprint(text)


def test_a_file_with_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello")
    with pytest.raises(TrustError, match="neither a fingerprint nor an Ed25519 key"):
        read_fingerprint(str(tmp_path / "x"))
