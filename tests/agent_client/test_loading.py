"""Loading models from files and from a server: what is refused, where they run, and what becomes of their process."""

import base64
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent_client import PlanSettings, load, model_files, types
from agent_client.errors import ModelError, TrustError
from agent_client.files import config_dir
from agent_client.keys import KNOWN_KEYS, KnownKeys, TrustedKey
from agent_client.planning import LoadedModel
from sandbox.contract import Verdict
from sandbox.data.records import World
from sandbox.jail import JailSandbox, find_jail
from sandbox.runtime.actions import Action, ActionSchema
from sandbox.runtime_text import runtime_digest
from sandbox.session import GuestSession
from synth_server import domain
from synth_server.keys import Signer
from synth_server.verify.certificate import Facts, issue
from tests.agent_client.corridor import ACTIONS, GOAL, GOOD, HOPELESS, situation
from tests.attacks.ground import guest_process

EVALUATION = types.Evaluation(
    types.Status.VERIFIED, 1.0, 1.0, 1.0, 1.0, None, 0, 0.3, types.Optimism(found=1), 14, "jail", 0.1
)


def delivered(signer: Signer, source: str = GOOD, runtime: str = "", schemas: tuple[ActionSchema, ...] = ACTIONS):
    """A model as the server gives it."""
    checked = domain.Evaluation(
        status=domain.Status.VERIFIED, fit=1.0, next_state_fit=1.0, reward_fit=1.0, done_fit=1.0, held_back_fit=None,
        uncertain=0, identity_baseline=0.3, optimism=domain.Optimism(found=1), transitions=14, sandbox="jail",
        seconds=0.1,
    )  # fmt: skip
    world = World("corridor", actions=schemas)
    facts = Facts(world, "scripted", source, checked, "d" * 64, runtime or runtime_digest(), 0.0)
    given = issue(signer, facts)
    certificate = types.Certificate(given.statement, given.signature, given.key_fingerprint)
    return types.Model("m1", "corridor", "s1", source, EVALUATION, certificate, 0.0, "scripted", "", schemas)


def key_of(signer: Signer) -> TrustedKey:
    return TrustedKey(signer.public_key, signer.fingerprint)


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer(Ed25519PrivateKey.generate())


@pytest.fixture
def folder(tmp_path: Path, signer: Signer) -> Path:
    """What ``worldsmith synthesize --out`` leaves."""
    model_files.write(tmp_path / "model", delivered(signer), key_of(signer))
    return tmp_path / "model"


@pytest.fixture
def loaded(folder: Path, signer: Signer) -> Iterator[LoadedModel]:
    with load(folder, key=signer.fingerprint, settings=PlanSettings(seconds=20)) as model:
        yield model


def change(path: Path, **entries: str) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | entries))


def test_a_model_from_files_plans_predicts_and_replays(loaded: LoadedModel) -> None:
    plan = loaded.plan(situation(3), GOAL)
    assert [str(step.action) for step in plan.steps] == ["right", "right", "press"]
    assert loaded.replay(situation(3), GOAL, [step.action for step in plan.steps]) == plan.steps
    assert loaded.predict(situation(3), GOAL, Action("left")).next_state == situation(2)
    assert loaded.schemas == ACTIONS
    assert loaded.statement is not None
    assert loaded.statement.body["transitions"] == 14
    assert loaded.isolation.level == "jail"


def test_a_planner_is_chosen_by_name(loaded: LoadedModel) -> None:
    plan = loaded.plan(situation(3), GOAL, planner="bfs", seed=3)
    assert (plan.planner, plan.shortest, plan.partial) == ("bfs", True, ())
    with pytest.raises(ValueError, match="dowsing"):
        loaded.plan(situation(3), GOAL, planner="dowsing")
    with pytest.raises(ValueError, match="shrugging"):
        loaded.plan(situation(3), GOAL, unsure="shrugging")


def test_a_model_of_a_server_is_loaded_with_the_connections_key(signer: Signer) -> None:
    with load(delivered(signer), key=key_of(signer)) as model:
        assert model.plan(situation(5), GOAL).verdict is Verdict.FOUND
    with pytest.raises(TrustError, match=r"key=connection\.key"):
        load(delivered(signer))
    with pytest.raises(TrustError, match="the text of model m1"):
        load(replace(delivered(signer), source=HOPELESS), key=key_of(signer))


def test_trusted_runs_in_this_process_with_the_same_answers(folder: Path, signer: Signer, loaded: LoadedModel) -> None:
    with load(folder, key=signer.fingerprint, trusted=True) as here:
        assert here.isolation.level == "none"
        assert here.plan(situation(3), GOAL) == loaded.plan(situation(3), GOAL)
        assert here.predict(situation(2), GOAL, Action("left")) == loaded.predict(situation(2), GOAL, Action("left"))
        here.plan(situation(2), GOAL)
    telling = "import collections\nPID = collections._sys.modules['os'].getpid()\n" + GOOD.replace(
        "    return state\n", "    lamp.pid = PID\n    return state\n"
    )
    model_files.write(folder, delivered(signer, telling), key_of(signer))
    with load(folder, key=signer.fingerprint, trusted=True) as here:
        (lamp,) = here.predict(situation(2), GOAL, Action("left")).next_state.of("Lamp")
        assert lamp["pid"] == os.getpid()


def test_a_trusted_model_that_is_wrong_is_told_of_alike(signer: Signer) -> None:
    leaving = GOOD.replace('walker, lamp = state.one("Walker"), state.one("Lamp")', "raise SystemExit(3)")
    raising = GOOD.replace("walker.x -= 1", "walker.y -= 1")
    with load(delivered(signer, leaving), key=key_of(signer), trusted=True) as here:
        assert "exit" in here.plan(situation(0), GOAL).error
    with load(delivered(signer, raising), key=key_of(signer), trusted=True) as here:
        assert "AttributeError" in here.predict(situation(2), GOAL, Action("left")).error
    with pytest.raises(ModelError, match="does not load: line 1"):
        load(delivered(signer, "def"), key=key_of(signer), trusted=True)
    with pytest.raises(TrustError, match="not by the trusted"):
        load(delivered(signer), key=key_of(Signer(Ed25519PrivateKey.generate())), trusted=True)


# --- refusals ------------------------------------------------------------------------------------------------


def test_a_changed_model_file_is_refused(folder: Path, signer: Signer) -> None:
    (folder / "model.py").write_text(GOOD + "\n")
    with pytest.raises(TrustError, match=r"the text of model .*model\.py is not what the certificate was given for"):
        load(folder, key=signer.fingerprint)


def test_a_changed_statement_is_refused(folder: Path, signer: Signer) -> None:
    told = json.loads((folder / "certificate.json").read_text())["statement"]
    change(folder / "certificate.json", statement=told.replace('"fit":1.0', '"fit":0.9'))
    with pytest.raises(TrustError, match="signature does not match"):
        load(folder, key=signer.fingerprint)


def test_another_key_is_refused_and_named(folder: Path, signer: Signer) -> None:
    other = Signer(Ed25519PrivateKey.generate())
    with pytest.raises(TrustError, match=f"signed by the key {signer.fingerprint}, which is not trusted here.*--trust"):
        load(folder, key=other.fingerprint)
    with pytest.raises(TrustError, match="not trusted here"):
        load(folder, key=key_of(other))


def test_a_key_put_in_the_place_of_the_trusted_one_is_refused(folder: Path, signer: Signer) -> None:
    other = Signer(Ed25519PrivateKey.generate())
    change(folder / "certificate.json", public_key=base64.b64encode(other.public_key).decode())
    with pytest.raises(TrustError, match="not trusted here"):
        load(folder, key=signer.fingerprint)  # though the file still tells the trusted fingerprint
    with pytest.raises(TrustError, match="signature does not match"):
        load(folder, key=other.fingerprint)


def test_another_runtime_is_refused(tmp_path: Path, signer: Signer) -> None:
    model_files.write(tmp_path, delivered(signer, runtime="b" * 64), key_of(signer))
    with pytest.raises(TrustError, match=r"another version of the runtime.*install"):
        load(tmp_path, key=signer.fingerprint)


def test_a_missing_certificate_is_refused_unless_it_is_accepted(folder: Path, signer: Signer) -> None:
    (folder / "certificate.json").unlink()
    with pytest.raises(TrustError, match=r"no certificate\.json beside it.*require_certificate=False"):
        load(folder, key=signer.fingerprint)
    with load(folder, require_certificate=False, actions=ACTIONS) as model:
        assert model.statement is None
        assert model.isolation.level == "jail"
        assert model.plan(situation(3), GOAL).verdict is Verdict.FOUND


def test_a_wrong_certificate_is_refused_even_where_none_is_required(folder: Path, signer: Signer) -> None:
    (folder / "model.py").write_text(HOPELESS)
    with pytest.raises(TrustError, match="the text of model"):
        load(folder, key=signer.fingerprint, require_certificate=False)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"statement": 1, "signature": "", "public_key": ""}', "[" * 100_000, "\x00", "null"]
)
def test_what_is_no_certificate_is_refused_by_name(folder: Path, signer: Signer, text: str) -> None:
    (folder / "certificate.json").write_text(text)
    with pytest.raises(TrustError, match=r"certificate\.json is damaged, or no certificate"):
        load(folder, key=signer.fingerprint)


def test_a_model_that_cannot_be_read_is_told(tmp_path: Path, signer: Signer) -> None:
    with pytest.raises(ModelError, match=r"cannot read the model .*gone\.py: No such file"):
        load(tmp_path / "gone.py", key=signer.fingerprint)
    (tmp_path / "model.py").write_bytes(b"\xff\xfe")
    with pytest.raises(ModelError, match="UTF-8"):
        load(tmp_path, require_certificate=False)


def test_the_keys_that_this_user_met_are_trusted_for_files(
    folder: Path, signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    with pytest.raises(TrustError, match="not trusted here"):
        load(folder)
    KnownKeys(config_dir() / KNOWN_KEYS).remember("far:50051", signer.fingerprint)
    with load(folder) as model:
        assert model.plan(situation(5), GOAL).verdict is Verdict.FOUND


def test_models_of_one_folder_keep_their_certificates_apart(tmp_path: Path, signer: Signer) -> None:
    for name, source in (("one", GOOD), ("two", HOPELESS)):
        model_files.write(tmp_path, delivered(signer, source), key_of(signer), name)
    for name, verdict in (("one", Verdict.FOUND), ("two", Verdict.REFUTED)):
        with load(tmp_path / f"{name}.py", key=signer.fingerprint) as model:
            assert model.plan(situation(0), GOAL).verdict is verdict


# --- the process ---------------------------------------------------------------------------------------------


def process_of(model: LoadedModel) -> int:
    assert isinstance(model._session, GuestSession)
    return guest_process(model._session)


def test_one_process_serves_every_call(loaded: LoadedModel) -> None:
    process = process_of(loaded)  # it is warm once it is loaded
    for x in (0, 4, 7, 4):
        assert loaded.predict(situation(x), GOAL, Action("right")).next_state == situation(x + 1)
        assert loaded.plan(situation(x), GOAL).verdict is Verdict.FOUND
        assert process_of(loaded) == process


def test_a_process_that_died_between_two_calls_is_restarted(loaded: LoadedModel) -> None:
    assert loaded.plan(situation(3), GOAL).verdict is Verdict.FOUND
    process = process_of(loaded)
    os.kill(process, signal.SIGKILL)
    time.sleep(0.1)
    assert loaded.plan(situation(3), GOAL).verdict is Verdict.FOUND
    assert process_of(loaded) != process


SLOW = GOOD.replace("    walker, lamp", "    for _ in range(30_000_000):\n        pass\n    walker, lamp", 1)


def killing(model: LoadedModel, times: int) -> threading.Thread:
    """Kills the model's process in the middle of a call, each time that it was started."""

    def work() -> None:
        before = -1
        for _ in range(times):
            while (process := process_of_any(model)) in (before, -1):
                time.sleep(0.01)
            time.sleep(0.3)
            os.kill(process, signal.SIGKILL)
            before = process

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def process_of_any(model: LoadedModel) -> int:
    try:
        return process_of(model)
    except AssertionError:
        return -1


def test_a_process_that_dies_in_a_call_is_restarted_and_the_call_answered(signer: Signer) -> None:
    with load(delivered(signer, SLOW), key=key_of(signer)) as model:
        killer = killing(model, 1)
        assert model.predict(situation(2), GOAL, Action("left")).next_state == situation(1)
        killer.join()


def test_a_process_that_dies_again_is_told_and_the_next_call_works(signer: Signer) -> None:
    deadly = GOOD.replace("walker.x -= 1", "import collections\n        m = collections._sys.modules\n"
                          "        m['os'].abort()")  # fmt: skip
    with load(delivered(signer, deadly), key=key_of(signer)) as model:
        step = model.predict(situation(2), GOAL, Action("left"))
        assert step.error.startswith("the model's process died, and again when it was restarted: ended by SIG")
        assert model.predict(situation(2), GOAL, Action("right")).next_state == situation(3)


def test_a_closed_model_says_so_and_its_process_is_gone(folder: Path, signer: Signer) -> None:
    model = load(folder, key=signer.fingerprint)
    process = process_of(model)
    model.close()
    model.close()
    with pytest.raises(ModelError, match="closed"):
        model.plan(situation(0), GOAL)
    assert not Path(f"/proc/{process}").exists()


def test_a_sandbox_that_was_given_stays_open(signer: Signer) -> None:
    given = JailSandbox(find_jail(), spares=0)
    for _ in range(2):
        with load(delivered(signer), key=key_of(signer), sandbox=given) as model:
            assert model.plan(situation(5), GOAL).verdict is Verdict.FOUND
    given.close()


def test_a_model_that_does_not_load_is_told_at_once_and_leaves_no_process(signer: Signer) -> None:
    with pytest.raises(ModelError, match="the model does not load"):
        load(delivered(signer, "def transition(state, action):\n    return state\n"), key=key_of(signer))
    endless = "while True:\n    pass\n"
    with pytest.raises(ModelError, match=r"the model does not load: not done after 0\.5 s"):
        load(delivered(signer, endless), key=key_of(signer), settings=PlanSettings(seconds=0.5))


def test_a_plan_that_does_not_hold_when_it_is_replayed_is_no_plan(signer: Signer) -> None:
    fickle = (
        GOOD
        + """
calls = []


def reward(state, action, next_state, goal):
    calls.append(next_state.one("Walker").x)
    return float(len(calls) >= 7), len(calls) >= 7
"""
    )
    with load(delivered(signer, fickle), key=key_of(signer)) as model:
        plan = model.plan(situation(3), GOAL)
        assert (plan.verdict, plan.steps) == (Verdict.OPEN, ())
        assert plan.error == "the plan that was found does not hold: it does not end in success"
