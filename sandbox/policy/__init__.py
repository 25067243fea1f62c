"""The static gate: refuses obviously bad code before it runs, in words that its author can repair it by.

A gate, never the boundary: what passes is still hostile, and the sandbox treats it so. It lets ordinary code pass.
"""

from sandbox.policy.check import check
from sandbox.policy.refusal import Refusal

__all__ = ["Refusal", "check"]
