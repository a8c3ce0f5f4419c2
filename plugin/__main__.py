"""The plugin `aoai`: components for programs in every language."""

from __future__ import annotations

import sys

from aoai_components.hosted import Host
from pulumi.provider.server import main

VERSION = "0.1.0"

if __name__ == "__main__":
    main(Host(VERSION), sys.argv[1:])
