"""``python -m aoai_emulator``: run the emulator until a signal ends it."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

from aoai_emulator.server.environment import environment
from aoai_emulator.server.server import Server
from aoai_emulator.state.clock import parse_iso
from aoai_emulator.state.private import write_atomically
from aoai_emulator.state.settings import read_setting
from aoai_emulator.state.world import World, WorldError

_PACE = "files=immediate,jobs=time:20,deployments=time:2,copies=time:2"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; the exit code is 0 after SIGTERM or Ctrl-C."""
    options = _parser().parse_args(arguments)
    if not ip_address(options.host).is_loopback and not options.allow_remote:
        print(
            f"emulator: {options.host} is not the loopback; add --allow-remote to mean it",
            file=sys.stderr,
        )
        return 2
    try:
        world = World.load(options.world) if options.world else World.default()
        server = _server(options, world)
    except (WorldError, ValueError, OSError) as error:
        print(f"emulator: {error}", file=sys.stderr)
        return 2
    ready = options.state / "ready.json"
    thread = server.start()
    _announce(server, world, ready)
    _wait_for_signal()
    server.stop()
    thread.join()
    ready.unlink(missing_ok=True)
    return 0


def _wait_for_signal() -> None:
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()


def _server(options: argparse.Namespace, world: World) -> Server:
    server = Server(
        world,
        options.state,
        host=options.host,
        port=options.port,
        names=tuple(options.name),
        seed=options.seed,
    )
    server.backend.pace.set(_PACE)
    server.backend.settings_store.change(dict(read_setting(each) for each in options.set))
    if options.clock:
        server.backend.clock.begin(parse_iso(options.clock))
    if options.pace:
        server.backend.pace.set(options.pace)
    return server


def _announce(server: Server, world: World, ready: Path) -> None:
    ca_file = server.certificates.ca_file.resolve()
    content = {
        "url": server.url,
        "ca_file": str(ca_file),
        "pid": os.getpid(),
        "environment": environment(world, server.url, ca_file),
    }
    write_atomically(ready, json.dumps(content, indent=1) + "\n")
    print(f"emulator ready: {server.url} (CA {ca_file}, pid {os.getpid()})", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m aoai_emulator", description=__doc__)
    add = parser.add_argument
    add("--state", type=Path, required=True, help="directory of state, certificates and ready.json")
    add("--world", type=Path, help="YAML file of tenants, accounts, principals (default: built in)")
    add("--port", type=int, default=0, help="port (default: that of the last run, else a free one)")
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--allow-remote", action="store_true", help="listen on an address that is not the loopback")
    add(
        "--name",
        action="append",
        default=[],
        help="another host name to answer to; can be repeated",
    )
    add("--pace", help=f"e.g. immediate, or jobs=time:60,deployments=polls:2 (default: {_PACE})")
    add(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting (docs/emulator/settings.md); can be repeated",
    )
    add("--clock", help="freeze the clock at this moment (ISO 8601) instead of showing wall time")
    add("--seed", help="ids follow from this text, so that runs can be repeated")
    return parser


if __name__ == "__main__":
    sys.exit(main())
