"""``python -m aoai.cli``: the same as the command ``aoai``."""

from __future__ import annotations

import sys

from aoai.cli import main

sys.exit(main())
