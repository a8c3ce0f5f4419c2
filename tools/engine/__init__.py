"""Find a Pulumi engine, or get one.

The first of these that is available is used:

1. The user's own: a ``pulumi`` on PATH, or in ``~/.pulumi/bin`` where Pulumi's installer puts it,
   as released, of version 3.216 or any later 3.x.
2. Pulumi's installer, where its download site can be reached.
3. A build from source with Go, where only a Go module proxy can be reached.

What 2 and 3 get is cached for the user in ``$XDG_CACHE_HOME/aoai-finetune``
(``~/.cache/aoai-finetune`` if that is not set). It is made under another name and renamed when it
is complete: a run that is killed leaves no half engine.

    python -m tools.engine        prints the directory to put on PATH; the rest goes to stderr

The package needs the standard library alone: it runs before the dependencies are installed.
"""

from __future__ import annotations

from tools.engine.ensure import ensure_engine
from tools.engine.installation import Engine
from tools.engine.machine import EngineError, Machine
from tools.engine.version import TESTED

__all__ = ["TESTED", "Engine", "EngineError", "Machine", "ensure_engine"]
