"""A pool of processes: one that dies fails only its own call, and none outlives its parent process.

`concurrent.futures.ProcessPoolExecutor` breaks as a whole when a worker dies, cannot end a running call,
and leaves its workers behind if its own process is killed. Needs POSIX pipes. `benchmarks.ablation`
measures what a pool gains for a sweep.
"""

import concurrent.futures
import os
import pathlib
import queue
import signal
import subprocess
import sys
import threading
from multiprocessing.connection import Connection

ROOT = pathlib.Path(__file__).resolve().parents[1]
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
COMMAND = [sys.executable, "-c", "from mlp.pool import serve; serve()"]


class WorkerDied(RuntimeError):
    """The process that ran a call ended before the call did, in each of `times` attempts."""

    def __init__(self, times=1):
        super().__init__("The process that trained it died in every attempt.")
        self.times = times


class Task(concurrent.futures.Future):
    """The Future of a call in a Pool; cancelling a running call ends its process and the call."""

    def __init__(self):
        super().__init__()
        self._lock = threading.Lock()
        self._process, self._unwanted = None, False

    def cancel(self):
        """Return whether the call had not started; a call that has started ends with WorkerDied."""
        if super().cancel():
            return True
        with self._lock:
            self._unwanted = True
            if self._process is not None:
                self._process.kill()
        return False

    def runs_in(self, process):
        """Set the process that `cancel` ends (or None); return whether the call is still wanted."""
        with self._lock:
            self._process = None if self._unwanted else process
            return not self._unwanted


class Pool(concurrent.futures.Executor):
    """Up to `n_workers` processes, started when needed, each with one BLAS thread and one call at a time."""

    def __init__(self, n_workers):
        self._n_workers, self._threads = n_workers, []
        self._calls, self._lock, self._closed = queue.SimpleQueue(), threading.Lock(), False

    def submit(self, function, /, *args):
        """Return the Task of `function(*args)`; function and arguments must be picklable."""
        task = Task()
        with self._lock:
            if self._closed:
                raise RuntimeError("The pool has been shut down.")
            self._calls.put((task, (function, args)))
            if len(self._threads) < self._n_workers:
                self._threads.append(threading.Thread(target=self._serve, daemon=True))
                self._threads[-1].start()
        return task

    def shutdown(self, wait=True, *, cancel_futures=False):
        """Accept no more calls; end the processes once the accepted ones are done or cancelled."""
        with self._lock:
            self._closed = True
            while cancel_futures and not self._calls.empty():
                self._calls.get()[0].cancel()
            for _ in self._threads:
                self._calls.put((None, None))
        for thread in self._threads if wait else ():
            thread.join()

    def _serve(self):
        """Run calls one after the other, in this thread's own process."""
        worker = None
        while True:
            task, call = self._calls.get()
            if task is None:
                break
            if not task.set_running_or_notify_cancel():
                continue
            try:
                if worker is None or worker.process.poll() is not None:
                    worker = Worker()
                wanted = task.runs_in(worker.process)
                succeeded, result = worker.answer(call) if wanted else (False, WorkerDied())
            except Exception as error:  # it died, could not start, or the call cannot be sent
                succeeded, result = False, error
            if not task.runs_in(None) or isinstance(result, WorkerDied):
                worker = worker and worker.end()
            (task.set_result if succeeded else task.set_exception)(result)
        if worker is not None:
            worker.end()


class Worker:
    """A process that runs `serve`, and the pipes to it and from it."""

    def __init__(self):
        paths = [str(ROOT), *(os.path.abspath(path) for path in sys.path)]
        self.process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | ONE_THREAD | {"PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))},
        )
        self._calls = Connection(os.dup(self.process.stdin.fileno()), readable=False)
        self._answers = Connection(os.dup(self.process.stdout.fileno()), writable=False)
        self.process.stdin.close()
        self.process.stdout.close()

    def answer(self, call):
        """Return (True, result) or (False, error) of a call; raise WorkerDied if the process ends."""
        try:
            self._calls.send(call)
            return self._answers.recv()
        except (EOFError, OSError):
            raise WorkerDied from None

    def end(self):
        """End the idle process and wait until it has ended."""
        self._calls.close()
        self._answers.close()
        self.process.kill()
        self.process.wait()


def serve():
    """Run the calls that arrive on standard input until it closes, which means the parent has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    calls, answers = Connection(os.dup(0), writable=False), Connection(os.dup(1), readable=False)
    os.dup2(2, 1)  # printed text must not be mistaken for an answer
    incoming = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(calls, incoming), daemon=True).start()
    while True:
        call, error = incoming.get()
        try:
            if error:
                raise error
            function, args = call
            answer = True, function(*args)
        except Exception as error:
            answer = False, error
        try:
            answers.send(answer)
        except OSError:
            return
        except Exception as error:  # what cannot be sent
            answers.send((False, RuntimeError(f"{type(error).__name__}: {error}")))


def _receive(calls, incoming):
    """Pass on each call or the error in reading it; end the process when there are no more calls."""
    while True:
        try:
            call = calls.recv()
        except (EOFError, OSError):
            os._exit(0)
        except Exception as error:  # no such function here
            incoming.put((None, error))
        else:
            incoming.put((call, None))
