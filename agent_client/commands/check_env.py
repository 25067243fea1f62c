"""``worldsmith check-env``: what is wrong with an environment."""

import json

import click

from agent_client.adapters import registry
from agent_client.adapters.testkit import Extent, check
from agent_client.commands.common import json_option, results


@click.command("check-env")
@click.argument("env", metavar="ENV")
@click.option("--levels", type=click.IntRange(min=1), default=3, show_default=True, help="Seeds to try.")
@click.option("--steps", type=click.IntRange(min=1), default=150, show_default=True, help="Random steps in each.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="The first seed.")
@json_option
def check_env(*, env: str, levels: int, steps: int, seed: int, as_json: bool) -> int:
    """Play ENV at random and say where it breaks what an agent relies on (docs/agents.md).

    Exit code 0 means that nothing was found, 1 that something is wrong.
    """
    game = registry.make(env)
    try:
        found = check(game, Extent(levels, steps, seed))
    finally:
        game.close()
    if as_json:
        rows = [{"kind": finding.kind, "text": finding.text} for finding in found]
        click.echo(json.dumps({"env": env, "findings": rows}))
    else:
        console = results()
        for finding in found:
            console.print(f"{finding.kind}: {finding.text}", markup=False, highlight=False, soft_wrap=True)
        if not found:
            console.print(f"nothing wrong was found in {levels} levels of {env}", markup=False, highlight=False)
    return 1 if found else 0
