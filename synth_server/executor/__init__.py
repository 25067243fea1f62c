"""Runs what is asked for, within what the machine can take."""
