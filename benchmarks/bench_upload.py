"""``python -m benchmarks.bench_upload``: what the upload costs beside urllib3 alone.

Ratios within one run, over TLS on the loopback, on connections that stand already. The reference
is urllib3 sending the same file from disk, with and without the SHA-256 that the client holds the
bytes to. The digest is the dear part: alone it is about as fast as TLS on the loopback, so both
together have half the speed, on any client. In parts each byte is digested twice: once ahead, so
that parts can be sent at the same time, and once as it is sent.

``--large`` uploads 8 GB to the emulator and shows the memory of both; see ``large_upload.py``.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.large_upload import upload_large
from benchmarks.measure import Result, judge, report, run_all
from benchmarks.sink import sink

if TYPE_CHECKING:  # the client is not to be in the memory of the others
    from aoai.azure.authoring.files import FilesClient

_MEGABYTE = 1_000_000
_BLOCK = 1 << 20
_LIMIT = 40 * _MEGABYTE

Contestant = Callable[[Path], object]


class _FromDisk:
    """A file in blocks of 1 MiB, digested on the way or not."""

    content_type = "application/octet-stream"
    secrets: tuple[str, ...] = ()

    def __init__(self, path: Path, *, digest: bool) -> None:
        self._size = path.stat().st_size
        self._file = path.open("rb", buffering=0)
        self._sha256 = hashlib.sha256() if digest else None
        self.started = False

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.read, b"")

    def read(self, _size: int = -1) -> bytes:
        self.started = True
        block = self._file.read(_BLOCK)
        if self._sha256:
            self._sha256.update(block)
        return block

    def rewind(self) -> None:
        self._file.seek(0)


def _load_urllib3(*, digest: bool) -> Contestant:
    import urllib3  # noqa: PLC0415 - not in the memory of the others

    url = os.environ["BENCH_URL"]
    pool = urllib3.PoolManager(ca_certs=os.environ["REQUESTS_CA_BUNDLE"])
    pool.request("GET", f"{url}/files")

    def run(path: Path) -> None:
        body = _FromDisk(path, digest=digest)
        headers = {"Content-Length": str(len(body))}
        answer = pool.request("POST", f"{url}/files", body=body, headers=headers)
        if answer.status != 200:  # noqa: PLR2004 - HTTP
            raise RuntimeError(f"the server answered {answer.status}")

    return run


def _files(limit: int = 0) -> FilesClient:
    from azure.core.credentials import AccessToken  # noqa: PLC0415

    from aoai.azure.authoring.files import FilesClient  # noqa: PLC0415
    from aoai.azure.http.authorization import Access  # noqa: PLC0415
    from aoai.azure.http.credentials import TokenSource  # noqa: PLC0415
    from aoai.azure.http.exchange import new_session  # noqa: PLC0415
    from aoai.azure.http.transport import Transport  # noqa: PLC0415

    class Credential:
        def get_token(self, *_scopes: str, tenant_id: str | None = None) -> AccessToken:
            return AccessToken(f"token of {tenant_id}", 1 << 40)

    access = Access(TokenSource(build=lambda _: Credential()), "tenant", "scope")
    base = os.environ["BENCH_URL"] + (f"/{limit}" if limit else "")
    files = FilesClient(Transport(base, access, session=new_session()))
    files.list_files()
    return files


def _load_transport() -> Contestant:
    """Our transport with a body that digests nothing: what the rest of the client costs."""
    files = _files()

    def run(path: Path) -> None:
        files.transport.request("POST", "/files", body=_FromDisk(path, digest=False))

    return run


def _load_upload(threads: int = 0, limit: int = 0) -> Contestant:
    """What a stack does; the digest that it is held to is known from the check."""
    from aoai.azure.lifecycle.parallel_upload import UploadOptions  # noqa: PLC0415
    from aoai.azure.lifecycle.training_file import upload_file  # noqa: PLC0415

    files = _files(limit)
    sha256 = os.environ["BENCH_SHA256"]
    # Parts of 10 MB, so that a file of 200 MB has more parts than there are threads.
    parts = UploadOptions(large=0, part_size=10 * _MEGABYTE, threads=threads)
    sending = parts if threads else UploadOptions(large=1 << 40)

    def run(path: Path) -> None:
        upload_file(files, path, "train.jsonl", sha256=sha256, sending=sending)

    return run


PIECE: dict[str, Callable[[], Contestant]] = {
    "urllib3": partial(_load_urllib3, digest=False),
    "client, no digest": _load_transport,
    "urllib3, digest": partial(_load_urllib3, digest=True),
    "client": _load_upload,
}
SAME_BODY = {"client, no digest": "urllib3", "client": "urllib3, digest"}
PARTS = {f"{n} part{'s' * (n > 1)} at a time": partial(_load_upload, n) for n in (1, 2, 4)}
LIMITED = {f"{name}, limited": partial(load, limit=_LIMIT) for name, load in PARTS.items()}
CONTESTANTS: dict[str, Callable[[], Contestant]] = {
    "idle": lambda: lambda _: None,
    **PIECE,
    **PARTS,
    **LIMITED,
}


def main() -> None:
    """Measure at two sizes, and parts with and without a limit; print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--large", action="store_true", help="8 GB to the emulator; 24 GB of disk")
    parser.add_argument("--gigabytes", type=float, default=8.0, help="instead of 8, with --large")
    parser.add_argument("--contestant", choices=CONTESTANTS, help=argparse.SUPPRESS)
    parser.add_argument("path", nargs="?", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.contestant:
        report(CONTESTANTS[options.contestant], options.path)
    elif options.large:
        upload_large(int(options.gigabytes * 1000 * _MEGABYTE))
    else:
        _compare(options.rounds)


def _compare(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as directory, sink(Path(directory)) as url:
        os.environ |= {"BENCH_URL": url, "REQUESTS_CA_BUNDLE": f"{directory}/ca.pem"}
        path = Path(directory) / "train.jsonl"
        piece = _measure(path, 50, list(PIECE), rounds)
        for name, reference in SAME_BODY.items():
            ratio = piece[reference].seconds / piece[name].seconds
            judge(f"speed of {name!r} in times of {reference!r}:", ratio, least=0.8)
        judge("memory in MB:", piece["client"].memory / _MEGABYTE, most=64)
        _measure(path, 200, ["urllib3", "urllib3, digest", "client", *PARTS], min(rounds, 3))
        limited = list(_measure(path, 200, list(LIMITED), 1).values())
        for threads, result in zip((2, 4), limited[1:], strict=True):
            ratio = limited[0].seconds / result.seconds
            judge(
                f"speed of {threads} limited connections in times of one:",
                ratio,
                least=0.8 * threads,
            )


def _measure(path: Path, megabytes: int, names: list[str], rounds: int) -> dict[str, Result]:
    sha256 = hashlib.sha256()
    with path.open("wb") as file:
        for _ in range(megabytes):
            block = os.urandom(_MEGABYTE)
            sha256.update(block)
            file.write(block)
    os.environ["BENCH_SHA256"] = sha256.hexdigest()
    print(f"\n{megabytes} MB over TLS")
    results = run_all(names, "benchmarks.bench_upload", path, rounds)
    _show(results, megabytes)
    return results


def _show(results: dict[str, Result], megabytes: int) -> None:
    first = next(iter(results))
    print(f"{'':26}{'MB/s':>8}{f'x {first}':>29}{'x urllib3, same body':>22}{'MB of memory':>14}")
    for name, result in results.items():
        same = results.get(SAME_BODY.get(name, ""))
        alike = f"{same.seconds / result.seconds:.2f}" if same else ""
        ratio = results[first].seconds / result.seconds
        speed, memory = megabytes / result.seconds, result.memory / _MEGABYTE
        print(f"{name:26}{speed:8.0f}{ratio:29.2f}{alike:>22}{memory:14.1f}")


if __name__ == "__main__":
    main()
