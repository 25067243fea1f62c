"""The tables. Rows are numbered per world, so that numbers are dense and a world's rows lie together."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()
DIGEST = 32  # bytes of SHA-256; an object's digest has 16

schema_version = Table("schema_version", metadata, Column("version", Integer, nullable=False))

worlds = Table(
    "worlds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("description", Text, nullable=False),
    Column("interface", Text, nullable=False),  # JSON: action schemas and the success test
    Column("created", Float, nullable=False),
    Column("sequence", BigInteger, nullable=False),  # number of the last row, transitions and starts together
)


def _interned(name: str, *columns: Column[object]) -> Table:
    """A table of what a world's rows refer to by number; each content is there once."""
    return Table(
        name,
        metadata,
        Column("world", Integer, ForeignKey("worlds.id"), nullable=False),
        Column("number", Integer, nullable=False),
        Column("digest", LargeBinary(DIGEST), nullable=False),
        *columns,
        PrimaryKeyConstraint("world", "number"),
        UniqueConstraint("world", "digest"),
        sqlite_with_rowid=False,
    )


def _refers(column: str, table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["world", column], [f"{table}.world", f"{table}.number"])


objects = _interned(
    "objects",
    Column("type", Text, nullable=False),
    Column("attributes", Text, nullable=False),  # JSON
)

# A state is what its base is, less `removed`, plus `added` (JSON lists of object numbers, repeats allowed).
# `depth` counts the bases below it and is bounded, so that one state can be read at a bounded cost.
states = _interned(
    "states",
    Column("base", Integer),
    Column("depth", Integer, nullable=False),
    Column("removed", Text, nullable=False),
    Column("added", Text, nullable=False),
)
states.append_constraint(_refers("base", "states"))

actions = _interned("actions", Column("name", Text, nullable=False), Column("args", Text, nullable=False))
goals = _interned("goals", Column("text", Text, nullable=False))

transitions = Table(
    "transitions",
    metadata,
    Column("world", Integer, ForeignKey("worlds.id"), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("digest", LargeBinary(DIGEST), nullable=False),
    Column("state", Integer, nullable=False),
    Column("action", Integer, nullable=False),
    Column("next_state", Integer, nullable=False),
    Column("goal", Integer, nullable=False),
    Column("reward", Float, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("truncated", Boolean, nullable=False),
    Column("episode", Text, nullable=False),
    Column("step", BigInteger),
    Column("available", Text),  # JSON list of action numbers
    PrimaryKeyConstraint("world", "sequence"),
    UniqueConstraint("world", "digest"),
    _refers("state", "states"),
    _refers("action", "actions"),
    _refers("next_state", "states"),
    _refers("goal", "goals"),
    sqlite_with_rowid=False,
)

starts = Table(
    "starts",
    metadata,
    Column("world", Integer, ForeignKey("worlds.id"), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("digest", LargeBinary(DIGEST), nullable=False),
    Column("state", Integer, nullable=False),
    Column("goal", Integer, nullable=False),
    PrimaryKeyConstraint("world", "sequence"),
    UniqueConstraint("world", "digest"),
    _refers("state", "states"),
    _refers("goal", "goals"),
    sqlite_with_rowid=False,
)

syntheses = Table(
    "syntheses",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("world", Integer, ForeignKey("worlds.id"), nullable=False),
    Column("options", Text, nullable=False),  # JSON
    Column("state", String(16), nullable=False),
    Column("created", Float, nullable=False),
    Column("usage", Text, nullable=False),  # JSON
    Column("candidates", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("model", String(64)),
    Column("reason", Text, nullable=False),
    Index("syntheses_by_state", "state"),
)

events = Table(
    "events",
    metadata,
    Column("synthesis", Integer, ForeignKey("syntheses.number"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("time", Float, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("body", Text, nullable=False),  # JSON
    PrimaryKeyConstraint("synthesis", "sequence"),
)

candidates = Table(
    "candidates",
    metadata,
    Column("synthesis", Integer, ForeignKey("syntheses.number"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("id", String(64), nullable=False),
    Column("source", Text, nullable=False),
    Column("parent", String(64)),
    Column("note", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("usage", Text, nullable=False),  # JSON
    Column("evaluation", Text),  # JSON
    PrimaryKeyConstraint("synthesis", "number"),
    UniqueConstraint("synthesis", "id"),
)

models = Table(
    "models",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("world", Integer, ForeignKey("worlds.id"), nullable=False),
    Column("synthesis", String(64), nullable=False),
    Column("source", Text, nullable=False),
    Column("evaluation", Text, nullable=False),  # JSON
    Column("statement", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("key_fingerprint", String(64), nullable=False),
    Column("created", Float, nullable=False),
    Column("provider", Text, nullable=False),
    Column("parent_model", String(64)),
    Column("interface", Text, nullable=False),  # JSON: action schemas and the success test
    Index("models_by_world", "world"),
)
