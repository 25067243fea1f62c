"""Names that lead out of a model, and what to write instead. What may be imported stands in the runtime's list."""

# Double-underscore methods that a class may define, and names that any code may read or call through super().
ORDINARY = frozenset(
    f"__{name}__"
    for name in (
        "abs", "add", "all", "and", "annotations", "author", "bool", "call", "ceil", "contains", "copy", "deepcopy",
        "delattr", "delitem", "divmod", "doc", "enter", "eq", "exit", "float", "floor", "floordiv", "format", "future",
        "ge", "getattr", "getitem", "gt", "hash", "iadd", "iand", "ifloordiv", "imod", "imul", "index", "init", "int",
        "invert", "ior", "isub", "iter", "itruediv", "ixor", "le", "len", "lshift", "lt", "match_args", "matmul",
        "members", "missing", "mod", "mul", "name", "ne", "neg", "new", "next", "or", "pos", "post_init", "pow",
        "qualname", "radd", "rand", "repr", "reversed", "rfloordiv", "rmod", "rmul", "ror", "round", "rshift", "rsub",
        "rtruediv", "rxor", "set_name", "setattr", "setitem", "slots", "str", "sub", "truediv", "trunc", "version",
        "xor",
    )
)  # fmt: skip

# Attributes, besides those that RestrictedPython names, that lead from a value to the interpreter.
INSIDES = frozenset({"ag_code", "co_consts", "co_names", "cr_code", "f_trace", "gi_code", "mro"})

_RANDOM = "a model must be deterministic: the same arguments, the same answer; compute the outcome from them"
_TIME = "a model must be deterministic, and time is not part of the state; keep a counter in the state instead"
_SYSTEM = "a model computes from its arguments alone and reaches no system; leave it out"
_PICKLE = "write what the model knows as rules, not as encoded data"
_ARRAYS = "only the standard library is there; use lists, dicts and `math`"

WHY_NOT: dict[str, str] = {
    **dict.fromkeys(("random", "secrets", "uuid", "numpy.random"), _RANDOM),
    **dict.fromkeys(("time", "datetime", "calendar", "sched"), _TIME),
    **dict.fromkeys(
        (
            "asyncio", "builtins", "concurrent", "ctypes", "gc", "importlib", "inspect", "io", "linecache", "logging",
            "multiprocessing", "os", "pathlib", "platform", "resource", "shutil", "signal", "socket", "subprocess",
            "sys", "tempfile", "threading", "traceback", "types", "urllib", "weakref",
        ),
        _SYSTEM,
    ),
    **dict.fromkeys(("base64", "binascii", "bz2", "hashlib", "lzma", "marshal", "pickle", "zlib"), _PICKLE),
    **dict.fromkeys(("numpy", "pandas", "scipy", "torch"), _ARRAYS),
}  # fmt: skip

INSTEAD: dict[str, str] = {
    "__class__": "write `type(x)`",
    "__dict__": "an object's attributes are `{name: obj[name] for name in obj}`",
    "__subclasses__": "list the classes by name",
    "__del__": "a model has nothing to clean up",
    "__reduce__": "a model is never pickled",
    "__getattribute__": "define `__getattr__`, or plain attributes",
    "mro": "name the classes",
    "eval": "parse the text with `re` or `str.split`",
    "exec": "write the code itself",
    "open": "a model reads no files",
    "input": "a model asks nobody",
    "globals": "name the variable itself, or keep a dict of your own",
    "locals": "name the variable itself, or keep a dict of your own",
    "vars": "an object's attributes are `{name: obj[name] for name in obj}`",
    "__import__": "write an `import` statement",
    "exit": "return, or raise an exception",
    "quit": "return, or raise an exception",
}

INSTEAD_OF_STATEMENT: dict[str, str] = {
    "AsyncFunctionDef": "a model is synchronous; write `def`",
    "Await": "a model is synchronous; call the function plainly",
    "AsyncFor": "a model is synchronous; write `for`",
    "AsyncWith": "a model is synchronous; write `with`",
    "TryStar": "write `except` in place of `except*`",
}


def is_dunder(name: str) -> bool:
    """Whether a name has two underscores on either side."""
    return name.startswith("__") and name.endswith("__") and len(name) > 4


def why_not(module: str) -> str:
    """Why a module is not for models; empty where there is nothing to say but that it is not on the list."""
    return WHY_NOT.get(module) or WHY_NOT.get(module.partition(".")[0], "")
