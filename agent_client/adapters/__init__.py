"""Environments behind one protocol; :mod:`agent_client.adapters.registry` makes them by name."""
