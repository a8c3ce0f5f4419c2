"""A large file in parts: one correct file and nothing left over, whatever happens on the way."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from aoai.azure.authoring.files import File, FilesClient
from aoai.azure.http.retrying import Timeouts
from aoai.azure.lifecycle.parallel_upload import LARGE, PART_SIZE, UploadOptions
from aoai.azure.lifecycle.training_file import upload_file
from aoai.errors import (
    AoaiError,
    DatasetError,
    InvalidRequest,
    NotFound,
    OperationFailed,
    ResponseUnknown,
    Unauthorized,
)
from tests.unit.azure.fake_uploads import FakeUploads
from tests.unit.azure.helpers import Answer, Rig

CONTENT = b"".join(b'{"n": %06d}\n' % number for number in range(8000))
PARTS = 12  # of ten thousand bytes
NAME = "train-1a2b3c4d-5e6f70.jsonl"
SMALL_PARTS = UploadOptions(large=50_000, part_size=10_000)
LOST = {
    **{str(status): Answer(status) for status in (408, 425, 499, 500)},
    "503 and Retry-After": Answer(503, headers={"Retry-After": "1"}),
    "409": Answer(409, {"error": {"code": "conflict", "message": "not now"}}),
    "RST": Answer(fault="reset"),
    "FIN": Answer(fault="close"),
    "time-out": Answer(fault="stall"),
    "truncated body": Answer(200, {"id": "upload-1", "object": "upload"}, fault="truncate"),
    "bad JSON": Answer(200, b"<html>done</html>"),
    "empty": Answer(200),
    "JSON without an id": Answer(200, {"object": "upload"}),
}
Upload = Callable[..., File]


@pytest.fixture
def service(rig: Rig) -> FakeUploads:
    service = FakeUploads()
    rig.server.route = service.route
    return service


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "train.jsonl"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def upload(rig: Rig, service: FakeUploads, path: Path) -> Upload:
    transport = rig.transport(timeouts=Timeouts(connect=2.0, read=0.3, answer=3600.0))
    sha256 = hashlib.sha256(CONTENT).hexdigest()

    def send(sending: UploadOptions = SMALL_PARTS) -> File:
        return upload_file(FilesClient(transport), path, NAME, sha256=sha256, sending=sending)

    return send


def the_file(service: FakeUploads) -> bytes:
    """The content of the one file there is; no upload may be left with parts."""
    assert {each.status for each in service.uploads if each.parts} <= {"completed", "cancelled"}
    (content,) = service.files.values()
    return content


@pytest.mark.parametrize("threads", [1, 2, 4, 9])
@pytest.mark.parametrize("size", [1, 9_999, 10_000, 10_001, 50_000, len(CONTENT)])
def test_parts_in_any_order_become_the_file(
    service: FakeUploads, upload: Upload, size: int, threads: int
) -> None:
    sending = replace(SMALL_PARTS, large=0, part_size=max(size, 3000), threads=threads)
    file = upload(sending)
    assert the_file(service) == CONTENT
    assert (file.filename, file.bytes) == (NAME, len(CONTENT))
    asked = {"purpose": "fine-tune", "filename": NAME, "bytes": len(CONTENT)}
    assert service.uploads[0].asked == {**asked, "mime_type": "application/jsonl"}


@pytest.mark.parametrize(
    ("large", "way"), [(len(CONTENT) - 1, "uploads"), (len(CONTENT), "files"), (LARGE, "files")]
)
def test_only_a_large_file_goes_by_parts(
    rig: Rig, service: FakeUploads, upload: Upload, large: int, way: str
) -> None:
    route = rig.server.route
    rig.server.route = lambda request: (
        Answer(201, {"id": "file-1"})
        if (request.method, request.path) == ("POST", "/files")
        else route(request)
    )
    upload(replace(SMALL_PARTS, large=large))
    posts = [request.path for request in rig.server.requests if request.method == "POST"]
    assert posts[0] == f"/{way}"


def test_the_limits_are_those_of_the_documents() -> None:
    assert LARGE == 100 * 10**6
    assert PART_SIZE <= 64 * 10**6


@pytest.mark.parametrize("taken", [True, False], ids=["taken", "not taken"])
@pytest.mark.parametrize("fault", [*LOST, "429"])
def test_a_part_that_fails_is_sent_again_alone(
    service: FakeUploads, upload: Upload, fault: str, taken: bool
) -> None:
    answer = LOST.get(fault, Answer(429, headers={"Retry-After": "1"}))
    service.faults["parts"] = [(answer, taken), (answer, taken)]
    upload()
    assert the_file(service) == CONTENT
    # Each try cost one more request, and the others were sent once.
    assert service.calls.count("parts") == PARTS + 2
    assert len(service.uploads) == 1


def test_parts_whose_ids_are_never_named_end_the_upload(
    service: FakeUploads, upload: Upload
) -> None:
    service.faults["parts"] = [(LOST["JSON without an id"], True)] * 500
    with pytest.raises(ResponseUnknown, match="the answer has no id"):
        upload()
    assert [each.status for each in service.uploads] == ["cancelled"]


@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
@pytest.mark.parametrize("fault", LOST)
def test_a_completion_whose_answer_is_lost_gives_one_file(
    service: FakeUploads, upload: Upload, fault: str, done: bool
) -> None:
    service.faults["complete"] = [(LOST[fault], done)]
    file = upload()
    assert the_file(service) == CONTENT
    assert [file.id] == list(service.files)
    assert service.calls.count("complete") == (1 if done else 2)
    assert service.calls.count("parts") == PARTS


def test_a_completed_file_that_is_listed_late_is_not_made_twice(
    service: FakeUploads, upload: Upload
) -> None:
    service.faults["complete"] = [(Answer(fault="reset"), True)]
    service.lag = 7  # more looks than one round has: the second completion is refused
    upload()
    assert the_file(service) == CONTENT
    assert service.calls.count("uploads") == 1


@pytest.mark.parametrize("fault", ["RST", "500", "bad JSON"])
def test_the_begin_may_be_lost_and_nothing_with_parts_is_left(
    service: FakeUploads, upload: Upload, fault: str
) -> None:
    service.faults["uploads"] = [(LOST[fault], True)]
    upload()
    assert the_file(service) == CONTENT


@pytest.mark.parametrize("word", ["uploads", "parts", "complete", "cancel"])
@pytest.mark.parametrize(
    ("answer", "kind"),
    [(Answer(500), AoaiError), (Answer(403), Unauthorized), (Answer(fault="reset"), AoaiError)],
)
def test_what_fails_for_good_is_cancelled_and_the_next_run_ends_well(
    service: FakeUploads, upload: Upload, word: str, answer: Answer, kind: type[Exception]
) -> None:
    service.faults[word] = [(answer, False)] * 500
    if word == "cancel":
        service.faults["parts"] = [(Answer(403), False)]
    with pytest.raises(kind):
        upload()
    assert service.files == {}
    if word != "cancel":
        assert {each.status for each in service.uploads} <= {"cancelled"}
    service.faults.clear()
    upload()
    assert service.files and CONTENT in service.files.values()


def test_a_cancellation_that_fails_does_not_hide_why(service: FakeUploads, upload: Upload) -> None:
    service.faults["parts"] = [(Answer(400, {"error": {"code": "x", "message": "too odd"}}), False)]
    service.faults["cancel"] = [(Answer(500), False)] * 500
    with pytest.raises(InvalidRequest, match="too odd"):
        upload()


def test_a_failed_part_stops_the_others(service: FakeUploads, upload: Upload) -> None:
    service.faults["parts"] = [(Answer(403), False)]
    with pytest.raises(Unauthorized):
        upload(replace(SMALL_PARTS, part_size=1000, threads=2))
    assert service.calls.count("parts") < 104
    assert service.calls[-1] == "cancel"


def test_an_upload_that_expires_starts_over_once(service: FakeUploads, upload: Upload) -> None:
    def expire(_content: bytes) -> None:
        if len(service.uploads) == 1 and len(service.uploads[0].parts) == 5:
            service.uploads[0].status = "expired"

    service.on_part = expire
    upload()
    (content,) = service.files.values()
    assert content == CONTENT
    assert [each.status for each in service.uploads] == ["expired", "completed"]


def test_one_that_expires_before_it_is_completed_starts_over_once(
    service: FakeUploads, upload: Upload
) -> None:
    ended = Answer(400, {"error": {"code": "unexpectedEntityState", "message": "expired"}})
    service.faults["complete"] = [(ended, False)]
    upload()
    assert the_file(service) == CONTENT
    assert service.calls.count("complete") == 2


def test_an_account_without_uploads_is_reported_at_once(
    rig: Rig, service: FakeUploads, upload: Upload
) -> None:
    service.faults["uploads"] = [(Answer(404), False)] * 9
    with pytest.raises(NotFound):
        upload()
    assert service.calls == ["uploads"]
    assert rig.time.sleeps == []


def test_one_that_expires_twice_is_an_error(service: FakeUploads, upload: Upload) -> None:
    service.faults["parts"] = [(Answer(404), False)] * 500
    with pytest.raises(OperationFailed, match=r"twice the upload .* 404 .* content_url"):
        upload()
    assert service.calls.count("uploads") == 2


@pytest.mark.parametrize("place", [0, 55_555, len(CONTENT) - 1])
def test_a_file_that_is_not_the_one_checked_is_never_completed(
    service: FakeUploads, upload: Upload, path: Path, place: int
) -> None:
    path.write_bytes(CONTENT[:place] + b"#" + CONTENT[place + 1 :])
    with pytest.raises(DatasetError, match="Nothing was published"):
        upload()
    assert "complete" not in service.calls
    assert {each.status for each in service.uploads} == {"cancelled"}


@pytest.mark.parametrize("threads", [1, 4])
@pytest.mark.parametrize("change", ["one byte", "shorter", "longer"])
def test_a_file_that_changes_on_the_way_is_never_published_mixed(
    service: FakeUploads, upload: Upload, path: Path, change: str, threads: int
) -> None:
    def write(_content: bytes) -> None:
        if len(service.uploads[0].parts) == 2:
            with path.open("r+b") as file:
                if change == "shorter":
                    file.truncate(len(CONTENT) // 2)
                else:
                    file.seek(-1 if change == "one byte" else 0, os.SEEK_END)
                    file.write(b"#")

    service.on_part = write
    if change == "longer":
        upload(replace(SMALL_PARTS, threads=threads))
        assert the_file(service) == CONTENT
        return
    with pytest.raises(DatasetError, match="no longer"):
        upload(replace(SMALL_PARTS, threads=threads))
    assert service.files == {}
    assert [each.status for each in service.uploads] == ["cancelled"]


def test_a_file_of_an_earlier_run_is_adopted(service: FakeUploads, upload: Upload) -> None:
    first = upload()
    assert upload() == first
    assert len(service.uploads) == 1


def test_a_stop_before_a_request_leaves_nothing(service: FakeUploads, upload: Upload) -> None:
    left = 4

    def stop() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise AoaiError("the engine is gone")

    with pytest.raises(AoaiError, match="engine is gone"):
        upload(replace(SMALL_PARTS, before_send=stop, threads=1))
    assert [each.status for each in service.uploads] == ["cancelled"]
    assert service.calls == ["uploads", "parts", "parts", "parts", "cancel"]


def test_an_interrupt_cancels(service: FakeUploads, upload: Upload) -> None:
    def interrupt(sent: int, _total: int) -> None:
        if sent > 30_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        upload(replace(SMALL_PARTS, progress=interrupt))
    assert [each.status for each in service.uploads] == ["cancelled"]


@pytest.mark.parametrize("sending", [SMALL_PARTS, UploadOptions()], ids=["parts", "one piece"])
def test_progress_ends_with_all_bytes_and_takes_back_what_is_sent_again(
    rig: Rig, service: FakeUploads, upload: Upload, sending: UploadOptions
) -> None:
    route = rig.server.route
    posts = iter([Answer(429), Answer(201, {"id": "file-1"})])
    rig.server.route = lambda request: (
        next(posts) if (request.method, request.path) == ("POST", "/files") else route(request)
    )
    service.faults["parts"] = [(Answer(500), True)]
    seen: list[tuple[int, int]] = []
    upload(replace(sending, progress=lambda sent, total: seen.append((sent, total))))
    sent = [each for each, _total in seen]
    assert {total for _sent, total in seen} == {len(CONTENT)}
    assert (sent[-1], max(sent)) == (len(CONTENT), len(CONTENT))
    assert sorted(sent) != sent


def killed(service: FakeUploads, upload: Upload, notes: Path) -> None:
    """A run whose every request fails from some moment on: not even cancelling works."""
    service.faults["parts"] = [(Answer(403), True)]
    service.faults["cancel"] = [(Answer(500), False)] * 500
    with pytest.raises(Unauthorized):
        upload(replace(SMALL_PARTS, notes=notes))
    service.faults.clear()
    assert service.uploads[0].status == "pending"


def test_what_a_killed_run_left_is_cancelled_by_the_next(
    service: FakeUploads, upload: Upload, tmp_path: Path
) -> None:
    notes = tmp_path / "cache" / "uploads"
    killed(service, upload, notes)
    (note,) = notes.iterdir()
    assert note.read_text() == "upload-1"
    upload(replace(SMALL_PARTS, notes=notes))
    assert [each.status for each in service.uploads] == ["cancelled", "completed"]
    assert list(notes.iterdir()) == []


def test_what_a_killed_run_completed_is_adopted_once_it_is_listed(
    service: FakeUploads, upload: Upload, tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    service.faults["complete"] = [(Answer(403), True)]
    service.faults["cancel"] = [(Answer(500), False)] * 500
    with pytest.raises(Unauthorized):
        upload(replace(SMALL_PARTS, notes=notes))
    service.faults.clear()
    service.lag = 2
    file = upload(replace(SMALL_PARTS, notes=notes))
    assert list(service.files) == [file.id]
    assert [each.status for each in service.uploads] == ["completed"]
    assert list(notes.iterdir()) == []


def test_a_note_is_forgotten_once_it_is_over(
    service: FakeUploads, upload: Upload, tmp_path: Path
) -> None:
    service.faults["parts"] = [(Answer(403), True)]
    with pytest.raises(Unauthorized):
        upload(replace(SMALL_PARTS, notes=tmp_path / "notes"))
    assert list((tmp_path / "notes").iterdir()) == []


@pytest.mark.parametrize("kind", ["a file", "below a file", "read-only"])
def test_a_place_that_takes_no_notes_is_no_error(
    service: FakeUploads, upload: Upload, tmp_path: Path, kind: str
) -> None:
    place = tmp_path / "place"
    if kind == "read-only":
        place.mkdir(mode=0o500)
    else:
        place.write_text("x")
    upload(replace(SMALL_PARTS, notes=place / "x" if kind == "below a file" else place))
    assert the_file(service) == CONTENT


@pytest.mark.parametrize("note", [b"", b"\xff\xfe", b"x" * 5000, b"../../files", b"gone"])
def test_a_note_that_is_no_id_does_no_harm(
    service: FakeUploads, upload: Upload, tmp_path: Path, note: bytes
) -> None:
    killed(service, upload, tmp_path / "notes")
    (place,) = (tmp_path / "notes").iterdir()
    place.write_bytes(note)
    upload(replace(SMALL_PARTS, notes=tmp_path / "notes"))
    assert CONTENT in service.files.values()
