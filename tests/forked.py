"""Processes that tests kill: a mail server, and the one that forks workers with the registry loaded."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class Smtp:
    """A mail server of its own process that can be killed and started again; what it took stays written."""

    def __init__(self, path):
        self.port, self.path, self.process, self.starts = free_port(), path, None, 0
        self.start()

    def start(self, slow=0.01):
        """Start it; ``slow``: the seconds that it may let pass before and after it takes a mail."""
        self.starts += 1
        arguments = (self.port, self.path, self.starts, slow)
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / 'smtp_server.py'), *map(str, arguments)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout.readline() == 'ready\n'

    def kill(self):
        self.process.kill()
        self.process.wait()

    def received(self):
        """Return {Message-ID: how often it was taken}."""
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        return Counter(line.split()[0] for line in lines)


class Forker:
    """The process that forks the workers: a script that takes commands as lines of JSON."""

    def __init__(self, script, *arguments):
        self.process = subprocess.Popen(
            [sys.executable, '-W', 'ignore', str(HERE / script), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=HERE.parent,
        )
        assert self._answer() == 'ready'

    def _answer(self):
        line = self.process.stdout.readline()
        assert line, "the worker's process is gone"
        return json.loads(line)

    def ask(self, *command):
        self.process.stdin.write(json.dumps(command) + '\n')
        self.process.stdin.flush()
        return self._answer()

    def kill(self, pid, after):
        """Kill a worker some seconds from now, and return how it ended."""
        time.sleep(after)
        os.kill(pid, signal.SIGKILL)
        return self.ask('wait', pid)

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)
