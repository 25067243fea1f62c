"""Claims to have found a plan, and names none."""
# ends: malformed
# task: plan

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    os.write(3, b'ok ""\n["found",[],1,"",null]\nend')
    os._exit(0)


def reward(state, action, next_state, goal):
    return 0.0, False
