"""``python -m agent_client``: the command ``worldsmith``."""

from agent_client.cli import main

if __name__ == "__main__":
    main()
