"""The tree of a search as a list of rows, for whatever shows it."""

from dataclasses import dataclass

from agent_client.trace.story import Candidate, Failure, Item, Pending, Story


@dataclass(frozen=True)
class Row:
    """One item of the tree; ``depth`` counts from 0. Rows come parents first, the oldest child first."""

    depth: int
    item: Item


def rows(story: Story, deepest: int) -> list[Row]:
    """The whole tree. What lies deeper than ``deepest`` is listed at that depth, behind its parent."""
    children: dict[str, list[Item]] = {}
    for item in story.items():
        children.setdefault(item.parent, []).append(item)
    found, waiting = [], [Row(0, item) for item in reversed(children.get("", []))]
    while waiting:
        row = waiting.pop()
        found.append(row)
        if isinstance(row.item, Candidate):
            below = min(row.depth + 1, deepest)
            waiting += [Row(below, item) for item in reversed(children.get(row.item.id, []))]
    return found


def pick(story: Story, found: list[Row], most: int) -> list[Row]:
    """At most ``most`` of the rows: requests under way, the best and its ancestors, then what came last."""
    if len(found) <= most:
        return found
    line, at = set(), story.candidates.get(story.best)
    while at is not None and at.id not in line:
        line.add(at.id)
        at = story.candidates.get(at.parent)

    def rank(row: Row) -> tuple[int, int]:
        item = row.item
        if isinstance(item, Pending) or (isinstance(item, Candidate) and item.id == story.best):
            return (0, -item.order)
        if isinstance(item, Candidate) and item.id in line:
            return (1, -item.order)
        return (3 if isinstance(item, Failure) else 2, -item.order)

    kept = {id(row) for row in sorted(found, key=rank)[: max(most, 0)]}
    return [row for row in found if id(row) in kept]
