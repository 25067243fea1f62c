"""Prompts: what a language model is asked, and how little it takes to say it."""
