"""The commands of ``worldsmith``, one a file."""
