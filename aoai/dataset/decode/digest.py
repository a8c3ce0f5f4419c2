"""SHA-256 beside the reading: hashlib lets go of the interpreter, so that another thread can hash.

Blocks are handed over several at a time: each time the threads take turns costs some microseconds.
"""

from __future__ import annotations

import hashlib
from queue import SimpleQueue
from threading import Semaphore, Thread

_BLOCKS_AT_ONCE = 8
_TIMES_AHEAD = 4  # blocks read but not yet hashed, eight of them for each: this bounds the memory


class BackgroundDigest:
    """As ``hashlib.sha256()``, but hashed by a thread of its own. ``close`` it in any case."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self._gathered: list[bytes] = []
        self._blocks: SimpleQueue[list[bytes]] = SimpleQueue()
        self._room = Semaphore(_TIMES_AHEAD)
        self._thread = Thread(target=self._run, name="digest", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while blocks := self._blocks.get():
            for block in blocks:
                self._sha256.update(block)
            self._room.release()

    def update(self, block: bytes) -> None:
        """Hash the block, soon; waits if too many blocks are waiting."""
        self._gathered.append(block)
        if len(self._gathered) == _BLOCKS_AT_ONCE:
            self._room.acquire()
            self._hand_over()

    def _hand_over(self) -> None:
        self._blocks.put(self._gathered)
        self._gathered = []

    def hexdigest(self) -> str:
        """The digest of all blocks; none can be added afterwards."""
        self.close()
        return self._sha256.hexdigest()

    def close(self) -> None:
        """End the thread, once it has hashed what it was given."""
        if self._gathered:
            self._hand_over()
        self._blocks.put([])
        self._thread.join()
