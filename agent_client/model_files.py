"""Models as files: the text in ``model.py`` and ``certificate.json`` beside it, as ``worldsmith synthesize`` writes."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from agent_client import types
from agent_client.errors import ModelError, TrustError
from agent_client.files import write_atomically
from agent_client.keys import TrustedKey
from agent_client.trust import check_signature
from sandbox.data.records import Success
from sandbox.runtime.actions import schema_from_json

MODEL, CERTIFICATE = "model.py", "certificate.json"


@dataclass(frozen=True)
class ModelFile:
    """A model's text as it was read. ``certificate`` is the path of the one beside it, None when there is none."""

    path: Path
    source: str
    certificate: Path | None


def write(folder: Path, model: types.Model, key: TrustedKey, name: str = "") -> tuple[Path, Path]:
    """Writes model and certificate into ``folder``: as ``model.py`` and ``certificate.json``, or as files that share
    the ``name``. Their paths.

    Raises:
        OSError: they cannot be written.
    """
    text, certificate = folder / (f"{name}.py" if name else MODEL), folder / _certificate_name(name)
    write_atomically(text, model.source.encode())
    kept = certificate_to_json(model.certificate, key)
    write_atomically(certificate, (json.dumps(kept, indent=2) + "\n").encode())
    return text, certificate


def read(path: Path) -> ModelFile:
    """The model in a file, or in the file ``model.py`` of a folder; its certificate is ``NAME.certificate.json`` of
    its own name or ``certificate.json``, beside it.

    Raises:
        ModelError: it cannot be read.
    """
    path = path / MODEL if path.is_dir() else path
    try:
        source = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise ModelError(f"cannot read the model {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ModelError(f"the model {path} is no text in UTF-8 (byte {error.start})") from error
    beside = [path.with_name(_certificate_name(path.stem)), path.with_name(CERTIFICATE)]
    return ModelFile(path, source, next((one for one in beside if one.exists()), None))


def certified(file: ModelFile, trusted: Callable[[str], bool]) -> tuple[types.Model, TrustedKey]:
    """The model with what its certificate states, and the key that signed it. ``trusted`` is asked for a fingerprint.

    The statement is read only once its signature is found genuine. The model's text is not compared here: see
    :func:`agent_client.trust.verify`.

    Raises:
        TrustError: there is no certificate, or it is unreadable, signed by a key that is not trusted, or not genuine.
    """
    if file.certificate is None:
        raise TrustError(
            f"{file.path} has no {CERTIFICATE} beside it, so nobody vouches for it; get the one that was written with "
            "it, or load it with require_certificate=False (it runs in a jail all the same)"
        )
    name = str(file.path)
    certificate, key = _envelope(file.certificate)
    if not trusted(key.fingerprint):
        raise TrustError(
            f"{file.certificate} is signed by the key {key.fingerprint}, which is not trusted here; "
            "if you know whose it is, name it: --trust-key, or key= in Python"
        )
    check_signature(certificate, key, name)
    try:
        return _stated(name, file.source, certificate, json.loads(certificate.statement)), key
    except (ValueError, KeyError, TypeError) as error:
        raise TrustError(f"{file.certificate} has a form that this client does not know; update it") from error


def certificate_to_json(certificate: types.Certificate, key: TrustedKey) -> dict[str, str]:
    """The certificate as it is kept in a file: the signed text as it is; signature and public key in base64."""
    return {
        "statement": certificate.statement.decode("utf-8"),
        "signature": base64.b64encode(certificate.signature).decode("ascii"),
        "public_key": base64.b64encode(key.public_key).decode("ascii"),
        "key_fingerprint": certificate.key_fingerprint,
    }


def _certificate_name(name: str) -> str:
    return f"{name}.{CERTIFICATE}" if name else CERTIFICATE


def _envelope(path: Path) -> tuple[types.Certificate, TrustedKey]:
    """The inverse of :func:`certificate_to_json`. The fingerprint is the key's own, whatever the file says."""
    try:
        data = json.loads(path.read_bytes())
        public = base64.b64decode(data["public_key"], validate=True)
        signature = base64.b64decode(data["signature"], validate=True)
        fingerprint = sha256(public).hexdigest()
        certificate = types.Certificate(data["statement"].encode(), signature, fingerprint)
    except OSError as error:
        raise TrustError(f"cannot read the certificate {path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TrustError(f"{path} is damaged, or no certificate; get it anew from where the model came from") from error
    return certificate, TrustedKey(public, fingerprint)


def _stated(name: str, source: str, certificate: types.Certificate, body: Mapping[str, Any]) -> types.Model:
    """The model as its statement tells it.

    Raises:
        ValueError, KeyError, TypeError: the statement has another form.
    """
    held_back = body["held_back_fit"]
    evaluation = types.Evaluation(
        status=types.Status(body["status"]),
        fit=float(body["fit"]),
        next_state_fit=float(body["next_state_fit"]),
        reward_fit=float(body["reward_fit"]),
        done_fit=float(body["done_fit"]),
        held_back_fit=None if held_back is None else float(held_back),
        uncertain=int(body["uncertain"]),
        identity_baseline=float(body["identity_baseline"]),
        optimism=types.Optimism(**body["optimism"]),
        transitions=int(body["transitions"]),
        sandbox=str(body["sandbox"]),
        seconds=0.0,
        findings=tuple(types.Finding(**finding) for finding in body["findings"]),
    )
    return types.Model(
        id=name,
        world=str(body["world"]),
        synthesis="",
        source=source,
        evaluation=evaluation,
        certificate=certificate,
        created=0.0,
        provider=str(body["provider"]),
        parent_model="",
        actions=tuple(schema_from_json(schema) for schema in body["actions"]),
        success=Success(**body["success"]),
    )
