"""Threads that meet a type for the first time at once."""

from __future__ import annotations

import subprocess
import sys

MEET = """
import sys, threading
from aoai.catalog import built_in
sys.setswitchinterval(1e-6)
together = threading.Barrier(4)
threads = [threading.Thread(target=lambda: (together.wait(), built_in())) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


def test_four_threads_of_a_process_read_the_catalogue_at_once() -> None:
    for _process in range(4):  # one in five ends in a segmentation fault without the lock
        subprocess.run([sys.executable, "-c", MEET], check=True)
