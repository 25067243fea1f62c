"""Worlds, data and scores of the benchmark of learning."""
