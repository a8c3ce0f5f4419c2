"""``python -m aoai.cli``: the same as the command ``aoai``."""

import sys

from aoai.cli import main

sys.exit(main())
