"""``python -m synth_server``: the server as a process of its own."""

from synth_server.commands import serve

if __name__ == "__main__":
    serve(prog_name="synth_server")
