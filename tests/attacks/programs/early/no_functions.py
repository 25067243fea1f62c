"""Defines nothing."""
# ends: load_error
# policy: passes

transition = 1
reward = None
