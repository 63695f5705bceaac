"""The pool of processes: workers that die, calls cancelled while they run, a parent that is killed."""

import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest
from calls import signed

from mlp.pool import Pool, Worker, WorkerDied

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = 60


def alive(pid):
    """Whether a process, or a thread of it, runs; one that only waits to be reaped does not."""
    process = pathlib.Path(f"/proc/{pid}")
    try:
        ended = (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
        return not ended or len(list((process / "task").iterdir())) > 1
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


def pid_in(path):
    wait_until(lambda: path.exists() and path.read_text())
    return int(path.read_text())


@pytest.fixture(scope="module")
def pool():
    with Pool(1) as found:
        yield found


def test_results_and_errors_come_back_and_what_is_printed_does_not_disturb(pool):
    assert pool.submit(int, "12").result(PATIENCE) == 12
    assert str(pool.submit(int, "x").exception(PATIENCE)) == "invalid literal for int() with base 10: 'x'"
    assert pool.submit(print, "loud").result(PATIENCE) is None
    assert "pickle" in str(pool.submit(lambda: 1).exception(PATIENCE))
    assert isinstance(pool.submit(open, os.devnull).exception(PATIENCE), RuntimeError), "no file can be sent"
    assert pool.submit(int, "13").result(PATIENCE) == 13


def away():
    """Found here alone."""


def test_a_function_that_the_worker_has_not_is_an_error(pool, monkeypatch):
    monkeypatch.setattr(away, "__module__", "gone")
    monkeypatch.setitem(sys.modules, "gone", sys.modules[__name__])
    assert isinstance(pool.submit(away).exception(PATIENCE), ModuleNotFoundError)


def test_a_worker_that_is_killed_fails_its_own_call_alone(pool, tmp_path):
    doomed = pool.submit(signed, tmp_path / "pid", PATIENCE)
    after = pool.submit(os.getpid)
    killed = pid_in(tmp_path / "pid")
    os.kill(killed, signal.SIGKILL)
    assert isinstance(doomed.exception(PATIENCE), WorkerDied)
    assert after.result(PATIENCE) not in (killed, os.getpid())


def test_a_worker_that_was_killed_between_two_calls_fails_neither(pool):
    first = pool.submit(os.getpid).result(PATIENCE)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: not alive(first))
    assert pool.submit(os.getpid).result(PATIENCE) != first


def test_to_cancel_a_call_that_runs_ends_its_process_and_the_next_call_has_another(pool, tmp_path):
    running, waiting = pool.submit(signed, tmp_path / "pid", 2 * PATIENCE), pool.submit(os.getpid)
    unwanted = pool.submit(signed, tmp_path / "never")
    process = pid_in(tmp_path / "pid")
    assert unwanted.cancel()
    assert not running.cancel()
    wait_until(lambda: not alive(process))
    assert isinstance(running.exception(PATIENCE), WorkerDied)
    assert waiting.result(PATIENCE) == pool.submit(os.getpid).result(PATIENCE) != process
    assert not (tmp_path / "never").exists()


@pytest.mark.parametrize("end", [EOFError, BrokenPipeError, ConnectionResetError])
def test_a_connection_that_ends_while_a_call_is_sent_or_answered_is_a_worker_that_died(end):
    def ended(*call):
        raise end

    for calls, answers in ((ended, lambda: (True, 1)), (lambda call: None, ended)):
        worker = object.__new__(Worker)
        worker._calls, worker._answers = SimpleNamespace(send=calls), SimpleNamespace(recv=answers)
        with pytest.raises(WorkerDied):
            worker.answer((max, (1, 2)))


def test_the_worker_of_a_call_that_died_or_that_nobody_wanted_any_more_gets_no_other(monkeypatch):
    ends = []

    def in_this_process():
        """A worker that hands itself to the function it is asked to run."""
        worker = SimpleNamespace(process=SimpleNamespace(poll=lambda: None, kill=lambda: None))
        worker.answer = lambda call: call[0](worker)
        worker.end = lambda: ends.append(worker)
        return worker

    monkeypatch.setattr("mlp.pool.Worker", in_this_process)
    tasks, begun = [], threading.Event()

    def died(worker):
        raise WorkerDied(3)

    def cancelled_as_it_answers(worker):
        assert begun.wait(PATIENCE)
        tasks[-1].cancel()
        return True, worker

    with Pool(1) as pool:
        first = pool.submit(lambda worker: (True, worker)).result(PATIENCE)
        assert pool.submit(lambda worker: (False, ValueError("no"))).exception(PATIENCE).args == ("no",)
        assert pool.submit(lambda worker: (True, worker)).result(PATIENCE) is first, "an error is no death"
        assert ends == []
        assert pool.submit(died).exception(PATIENCE).times == 3
        second = pool.submit(lambda worker: (True, worker)).result(PATIENCE)
        assert (ends, second is first) == ([first], False)
        tasks.append(pool.submit(cancelled_as_it_answers))
        begun.set()
        assert tasks[0].result(PATIENCE) is second, "the answer came before the end of the process"
        third = pool.submit(lambda worker: (True, worker)).result(PATIENCE)
        assert (ends, third is second) == ([first, second], False)
    assert ends == [first, second, third]


def test_a_process_that_cannot_start_fails_its_own_call_alone_also_if_nobody_wants_it_any_more(monkeypatch):
    tasks, begun, starts = [], threading.Event(), []

    def cannot_start():
        starts.append(True)
        if len(starts) == 2:
            assert begun.wait(PATIENCE)
            tasks[0].cancel()
        if len(starts) <= 2:
            raise OSError("no memory")
        process = SimpleNamespace(poll=lambda: None, kill=lambda: None)
        return SimpleNamespace(process=process, answer=lambda call: (True, call[0]()), end=lambda: None)

    monkeypatch.setattr("mlp.pool.Worker", cannot_start)
    with Pool(1) as pool:
        assert pool.submit(int).exception(PATIENCE).args == ("no memory",)
        tasks.append(pool.submit(int))
        begun.set()
        assert tasks[0].exception(PATIENCE).args == ("no memory",)
        assert pool.submit(int).result(PATIENCE) == 0


def test_no_worker_outlives_a_parent_that_is_killed_be_it_idle_or_at_work(tmp_path):
    code = (
        "import sys, time\nfrom tests.support.calls import signed\nfrom mlp.pool import Pool\n"
        "pool = Pool(2)\n"
        "pool.submit(signed, sys.argv[1], 600)\n"
        "print(pool.submit(signed, sys.argv[2]).result(), flush=True)\ntime.sleep(600)"
    )
    paths = tmp_path / "busy", tmp_path / "idle"
    with subprocess.Popen(
        [sys.executable, "-c", code, *map(str, paths)], cwd=ROOT, stdout=subprocess.PIPE
    ) as parent:
        try:
            assert int(parent.stdout.readline()) == pid_in(paths[1])
            workers = [pid_in(path) for path in paths]
            assert all(map(alive, workers))
        finally:
            parent.kill()
    wait_until(lambda: not any(map(alive, workers)))


def test_a_shutdown_may_cancel_the_calls_that_wait_and_lets_the_one_that_runs_end(tmp_path):
    with Pool(1) as pool:
        running, waiting = pool.submit(signed, tmp_path / "pid", 0.2), pool.submit(os.getpid)
        process = pid_in(tmp_path / "pid")
        pool.shutdown(cancel_futures=True)
        assert (running.result(0), waiting.cancelled()) == (process, True)
    assert not alive(process)
    with pytest.raises(RuntimeError, match="shut down"):
        pool.submit(os.getpid)


def test_a_worker_has_one_thread_of_linear_algebra_and_this_process_its_own(monkeypatch):
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    for name in names:
        monkeypatch.setenv(name, "7")
    with Pool(1) as pool:
        assert list(pool.map(os.getenv, names)) == ["1"] * 3
    assert [os.environ[name] for name in names] == ["7"] * 3
