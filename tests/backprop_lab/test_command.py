"""backprop-lab: arguments that it cannot use are refused in one sentence, and replay is that of the lab."""

import signal
import socket
import sys

import pytest

from backprop_lab.__main__ import main

SENTENCES = {
    (): "The following arguments are required: COMMAND; backprop-lab --help shows",
    ("fly",): "Argument COMMAND: invalid choice: 'fly' (choose from",
    ("diagnose",): "The following arguments are required: link; backprop-lab diagnose --help shows",
    ("mark",): "The following arguments are required: assignment, hand_ins; backprop-lab mark --help shows",
    ("replay",): "The following arguments are required: link; backprop-lab replay --help shows",
    (
        "run",
        "--port",
        "0",
    ): "Argument --port: '0' is not a whole number from 1 to 65535; backprop-lab run --help",
    ("run", "--port", "65536"): "Argument --port: '65536' is not a whole number",
    ("run", "--port", "²"): "Argument --port: '²' is not a whole number",
    ("run", "here"): "Unrecognized arguments: here; backprop-lab run --help",
    ("run", "--address", "ü" * 99): "Cannot listen on üü",
    ("run", "--address", "no such place"): "Cannot listen on no such place (",
}


@pytest.fixture(autouse=True)
def same_process(monkeypatch):
    """The command may change sys.path and what Ctrl-C does, as a process of its own may."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    interrupt = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, interrupt)


@pytest.mark.parametrize(("arguments", "start"), SENTENCES.items(), ids=lambda value: " ".join(value)[:30])
def test_arguments_that_cannot_be_used_are_refused_in_one_sentence(capsys, arguments, start):
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    (sentence,) = capsys.readouterr().err.splitlines()
    assert ended.value.code == 2
    assert sentence.startswith(start)


def test_a_port_that_is_taken_is_named(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match="2"):
            main(["run", "--port", str(port)])
    assert f"Cannot listen on 127.0.0.1, port {port} (Address already in use)" in capsys.readouterr().err


def test_replay_has_the_exit_codes_of_the_terminal(capsys):
    assert main(["replay", "n_samples=a"]) == 2
    assert main(["replay", "hidden_layer_sizes=" + "9" * 99]) == 3
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_the_help_names_every_command(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    lines = capsys.readouterr().out.splitlines()
    commands = ["run", "replay", "diagnose", "mark"]
    assert [line.split()[0] for line in lines if line.startswith(tuple(commands))] == commands
