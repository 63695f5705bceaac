"""backprop-lab COMMAND: start the lab on this machine, or train what a shared link asks for.

Exit code 2: the arguments cannot be used, or `run` cannot listen on its address. `replay` has the exit codes
of `lab.__main__`. In a clone, `python -m backprop_lab` is the same.
"""

import argparse
import os
import pathlib
import socket
import sys

HERE = pathlib.Path(__file__).resolve().parent
ENTRY = "streamlit_app.py"
ROOT = next(
    folder for folder in (HERE, HERE.parent) if (folder / ENTRY).is_file()
)  # the first in a wheel, the second in a clone
BAD_ARGUMENTS = 2
COMMANDS = {
    "run": "start the lab on this machine and open it in a browser",
    "replay": "train what a shared link asks for, and say whether its result is reproduced",
    "diagnose": "say what is wrong with your own program's gradients for the network of a link",
    "mark": "mark the hand-ins of a class for an assignment",
}


def main(arguments=None):
    """Do what the arguments ask for and return the exit code; raise SystemExit if they cannot be used."""
    given = sys.argv[1:] if arguments is None else arguments
    sys.path.insert(0, str(ROOT))
    from lab import output

    parser = output.Parser(prog="backprop-lab", formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.description = "\n".join(f"{name:10}{what}" for name, what in COMMANDS.items())
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="one of those above")
    parser.epilog = "backprop-lab COMMAND --help shows what each one takes."
    command = parser.parse_args(given[:1]).command
    return {"run": _run, "replay": _replay, "diagnose": _diagnose, "mark": _mark}[command](given[1:])


def _replay(arguments):
    return _in_terminal(arguments, "backprop-lab replay")


def _diagnose(arguments):
    return _in_terminal(["diagnose", *arguments], "backprop-lab")


def _mark(arguments):
    return _in_terminal(["mark", *arguments], "backprop-lab")


def _in_terminal(arguments, program):
    from lab import output

    output.end_quietly_on_interrupt()
    from lab.__main__ import main as terminal

    return output.guarded(lambda: terminal(arguments, program=program))


def _run(arguments):
    """Run Streamlit in this process; it finds the lab's settings beside the entry script."""
    from lab import malloc_arenas, output

    parser = output.Parser(
        prog="backprop-lab run",
        description="Start the lab on this machine and open it in a browser.",
        epilog="Streamlit's other settings are environment variables, such as "
        "STREAMLIT_SERVER_BASE_URL_PATH.",
    )
    parser.add_argument(
        "--port", type=_port, help="the port to listen on; by default the first free one from 8501"
    )
    parser.add_argument(
        "--address", help="the address to listen on; by default 127.0.0.1, which only this machine can reach"
    )
    parser.add_argument("--no-browser", action="store_true", help="open no browser")
    asked = parser.parse_args(arguments)
    address = asked.address or os.environ.get("STREAMLIT_SERVER_ADDRESS") or "127.0.0.1"
    try:
        _listen(address, asked.port or 0)
    except (OSError, UnicodeError) as problem:  # UnicodeError: the address cannot be a host name
        where = f"{address}, port {asked.port}" if asked.port else address
        parser.error(f"cannot listen on {where} ({getattr(problem, 'strerror', None) or problem})")
    malloc_arenas.use_one()  # Streamlit starts threads
    from streamlit.web import cli

    options = [f"--server.address={address}"]
    options += [f"--server.port={asked.port}"] * bool(asked.port)
    options += ["--server.headless=true"] * asked.no_browser
    return cli.main(["run", str(ROOT / ENTRY), *options], prog_name="backprop-lab run")


def _port(text):
    if not (text.isascii() and text.isdigit() and 1 <= int(text) < 2**16):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 65535")
    return int(text)


def _listen(address, port):
    """Raise OSError if no server can listen there; port 0 stands for any free port."""
    family, kind, _, _, where = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as probe:
        if os.name == "posix":  # on Windows this option would share a port that is in use
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(where)


if __name__ == "__main__":
    sys.exit(main())
