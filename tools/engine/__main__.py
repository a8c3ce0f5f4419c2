"""``python -m tools.engine``: print the engine's directory, for PATH."""

from __future__ import annotations

import sys

from tools.engine import EngineError, ensure_engine


def main() -> int:
    """Run the command.

    Returns:
        The exit code: 0, 1 if there is no engine, 130 after Ctrl-C.
    """
    try:
        engine = ensure_engine()
    except (EngineError, OSError) as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; no half engine is left.", file=sys.stderr)
        return 130
    print(f"engine: {engine}", file=sys.stderr)
    print(engine.directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
