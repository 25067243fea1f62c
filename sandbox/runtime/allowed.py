"""What a program may import. The guest loads all of it before it forks, since a child can open no file."""

MODULES = frozenset(
    {
        "__future__", "abc", "bisect", "collections", "collections.abc", "contextlib", "copy", "dataclasses", "decimal",
        "enum", "fractions", "functools", "heapq", "itertools", "json", "math", "numbers", "operator", "re",
        "statistics", "string", "textwrap", "typing", "worldsmith_runtime",
    }
)  # fmt: skip

RUNTIME = "worldsmith_runtime"

# Built-ins that reach files, other code or the process; a program never needs them.
REFUSED_BUILTINS = frozenset(
    {
        "__import__", "breakpoint", "compile", "eval", "exec", "exit", "globals", "help", "input", "locals",
        "memoryview", "open", "quit", "vars",
    }
)  # fmt: skip
