"""The container's own list of system calls holds also where the child's filter is off."""

import json

import pytest

from sandbox.container_profile import ALLOWED, profile
from sandbox.contract import Inputs, OutcomeKind, PredictStates
from sandbox.docker_backend import DockerSandbox
from sandbox.limits import Limits
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State

PROGRAM = """
import dataclasses

system = dataclasses.sys.modules["os"]


def transition(state, action):
    if action == "shared memory":
        system.memfd_create("left behind")
    else:
        system.fstat(1)
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
"""


def test_it_is_a_list_of_what_is_allowed_and_refuses_the_rest() -> None:
    told = json.loads(profile())
    assert told["defaultAction"] == "SCMP_ACT_ERRNO"
    assert len(ALLOWED) == len(set(ALLOWED))
    assert not {"socket", "connect", "mount", "ptrace", "unshare", "setns", "bpf", "io_uring_setup"} & set(ALLOWED)


@pytest.mark.docker
def test_calls_that_are_not_on_it_fail_without_the_childs_filter() -> None:
    inputs = Inputs([State([Object("Lamp")])], [(0, Action("plain")), (0, Action("shared memory"))])
    sandbox = DockerSandbox(spares=0)
    try:
        outcome = sandbox.open(inputs).run(PredictStates(), PROGRAM, Limits(walls=False))
    finally:
        sandbox.close()
    assert outcome.kind is OutcomeKind.OK, outcome.detail
    plain, shared = outcome.value
    assert plain.error is None
    assert "PermissionError" in shared.error
