"""Loading a model: checked first, then run where it can do no harm (docs/loading.md)."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from agent_client import files, keys, model_files, types
from agent_client.errors import TrustError
from agent_client.keys import KnownKeys, TrustedKey
from agent_client.planning import LoadedModel, PlanSettings
from agent_client.trust import Statement, verify
from sandbox.contract import Sandbox
from sandbox.data.records import Success
from sandbox.in_process import InProcessSandbox
from sandbox.local import local_sandbox
from sandbox.runtime.actions import ActionSchema
from sandbox.runtime_text import runtime_digest


def load(
    model: types.Model | Path | str,
    *,
    key: TrustedKey | str | None = None,
    require_certificate: bool = True,
    trusted: bool = False,
    actions: Iterable[ActionSchema] = (),
    success: Success | None = None,
    sandbox: Sandbox | None = None,
    settings: PlanSettings | None = None,
) -> LoadedModel:
    """The model, once it is found to be what a trusted server checked and signed; close it when done with it.

    It runs in a jail of its own (bubblewrap; without one in a process with limits: see ``isolation`` of the result),
    with the sandbox's runtime and filters, and so does the planner. This process only exchanges data with it.

    Args:
        model: a server's model (``connection.client.get_model(...)``, or what ``play`` gives), or the path of a file
            with a ``certificate.json`` beside it, or of the folder that holds ``model.py``.
        key: the key to trust: ``connection.key``, or for files a fingerprint or a file that holds one. None, which
            is for files only: any key that this user's client has met (``~/.config/worldsmith/known_keys.json``).
        require_certificate: False accepts a file without a certificate; one that is there must be right all the same.
        trusted: True runs model and planner in this very process, for those who trust the program like their own. It
            is checked all the same. Nothing holds it then: it may read what this process may, a loop in it never ends
            (only plan searches keep to their seconds), and what it keeps in memory stays from call to call.
        actions: the action schemas of a model without certificate; with one, the certificate tells them.
        success: likewise the test of success; by default a reward above 0 that ends the episode.
        sandbox: where to run it instead; closing it is the caller's.
        settings: budgets of plan searches.

    Raises:
        ModelError: the file cannot be read, or its program does not load, or its process cannot be had.
        TrustError: the certificate is missing or damaged, or signature, key, text, schemas or runtime do not match;
            the text says which, and what to do.
    """
    told = tuple(actions), success or Success()
    source, schemas, success, statement = _checked(model, key, require_certificate, told)
    place = sandbox or _own_place(trusted)
    owned = None if sandbox else place
    loaded = LoadedModel(place, source, schemas, success, settings, statement=statement, owned=owned)
    try:
        loaded.warm_up()
    except BaseException:
        loaded.close()
        raise
    return loaded


def _own_place(trusted: bool) -> Sandbox:
    return InProcessSandbox() if trusted else local_sandbox()


_Checked = tuple[str, Sequence[ActionSchema], Success, Statement | None]


def _checked(
    model: types.Model | Path | str,
    key: TrustedKey | str | None,
    required: bool,
    told: tuple[tuple[ActionSchema, ...], Success],
) -> _Checked:
    """Text, schemas and test of success that may be used, and what the certificate says; ``told`` is for want of it."""
    if isinstance(model, types.Model):
        if not isinstance(key, TrustedKey):
            raise TrustError(f"name the key that model {model.id} must be signed by: key=connection.key")
        statement = verify(model, key, runtime_digest())
        return model.source, model.actions, model.success, statement
    file = model_files.read(Path(model))
    if file.certificate is None and not required:
        return file.source, *told, None
    found, signer = model_files.certified(file, _trusted_keys(key).__contains__)
    statement = verify(found, signer, runtime_digest())
    return found.source, found.actions, found.success, statement


def _trusted_keys(key: TrustedKey | str | None) -> frozenset[str]:
    """The fingerprints that may have signed."""
    if isinstance(key, TrustedKey):
        return frozenset({key.fingerprint})
    if key is not None:
        return frozenset({keys.read_fingerprint(key)})
    return KnownKeys(files.config_dir() / keys.KNOWN_KEYS).fingerprints()
