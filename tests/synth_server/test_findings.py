"""What is noteworthy about a program reaches the caller, typed, in the evaluation."""

import json

from worldsmith.v1 import model_pb2
from worldsmith.v1 import service_pb2 as pb

from tests.honest.worlds import COINS
from tests.memorisers.makers import hashed_keys
from tests.synth_server.conftest import Served
from tests.verify.worlds import TRUE_PROGRAM, WORLD, good_data


async def evaluated(served: Served, source: str, world: str = WORLD.name) -> model_pb2.Evaluation:
    return (await served.stub.EvaluateProgram(pb.EvaluateProgramRequest(world=world, source=source))).evaluation


def findings(evaluation: model_pb2.Evaluation) -> dict[str, str]:
    return {finding.kind: finding.detail for finding in evaluation.findings}


async def test_a_memoriser_is_named_and_not_verified(served: Served) -> None:
    await served.create(COINS.world)
    rows = COINS.rows(120)
    await served.submit(rows, world=COINS.world.name)
    found = await evaluated(served, hashed_keys(rows), COINS.world.name)
    assert (found.fit, found.score, found.status) == (1.0, 0.0, model_pb2.STATUS_PARTIAL)
    assert "carries data instead of rules" in findings(found)["memoriser"]


async def test_nondeterminism_the_baseline_and_refusals_are_named(served: Served) -> None:
    await served.create()
    await served.submit(good_data())
    first = "    if list(state)[0].type == 'Agent':\n        return state\n"
    unsteady = TRUE_PROGRAM.replace("    agent = state.one", first + "    agent = state.one", 1)
    assert "hash seed" in findings(await evaluated(served, unsteady))["nondeterministic"]
    idle = TRUE_PROGRAM.replace("    agent = state.one", "    return state\n    agent = state.one", 1)
    assert "`nothing changes`" in findings(await evaluated(served, idle))["identity_baseline"]
    refused = await evaluated(served, "import random\n" + TRUE_PROGRAM)
    assert "line 1: do not import `random`; a model must be deterministic" in findings(refused)["policy_refused"]
    assert refused.status == model_pb2.STATUS_FAILED


async def test_a_memoriser_is_delivered_as_partial_at_most_and_its_certificate_says_why(served: Served) -> None:
    await served.create(COINS.world)
    rows = COINS.rows(120)
    await served.submit(rows, world=COINS.world.name)
    request = pb.SynthesizeRequest(
        world=COINS.world.name, provider=served.script({"source": hashed_keys(rows)}), skip_optimism=True
    )
    events = [response.event async for response in served.stub.Synthesize(request)]
    finished = events[-1].finished
    assert finished.status == model_pb2.STATUS_PARTIAL
    statement = json.loads(finished.model.certificate.statement)
    assert statement["status"] == "partial"
    assert [finding["kind"] for finding in statement["findings"]] == ["memoriser"]
