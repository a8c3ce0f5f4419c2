"""Import from a URL: one file whatever happens to the answer, and a signature that never shows."""

from __future__ import annotations

import traceback

import pytest

from aoai.azure.authoring.content_url import SignedUrl, sign, url_problem, variable_problem
from aoai.azure.authoring.files import File, FilesClient
from aoai.azure.http.retrying import Timeouts
from aoai.azure.lifecycle.file_processing import await_processed
from aoai.azure.lifecycle.training_file import import_file
from aoai.errors import AoaiError, ConfigurationError, OperationFailed, ResponseUnknown
from tests.unit.azure.helpers import Answer, Request, Rig

URL = "https://data.blob.core.windows.net/sets/train.jsonl"
SIGNATURE = "Cana%2Fry%2B0123456789abcdefghijklmnopqrstuvw%3D"
DECODED = "Cana/ry+0123456789abcdefghijklmnopqrstuvw="
SAS = f"sv=2025-01-05&sr=b&sp=r&sig={SIGNATURE}"
NAME = "train-1a2b3c4d-5e6f70.jsonl"
LOST = {
    "500": Answer(500),
    "429": Answer(429, headers={"Retry-After": "1"}),
    "401": Answer(401, {"error": {"code": "Unauthorized", "message": "m"}}),
    "409": Answer(409, {"error": {"code": "conflict", "message": "m"}}),
    "425": Answer(425),
    "499": Answer(499),
    "303": Answer(303, headers={"Location": "/made"}),
    "RST": Answer(fault="reset"),
    "FIN": Answer(fault="close"),
    "time-out": Answer(fault="stall"),
    "bad JSON": Answer(201, b"<html>"),
    "empty": Answer(201),
}


class Service:
    """Files that were asked for, newest last; ``faults`` end the next imports."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.files: list[dict[str, object]] = []
        self.faults: list[tuple[Answer, bool]] = []

    def route(self, request: Request) -> Answer:
        if request.method == "GET":
            return Answer(body={"data": self.files})
        fault, done = self.faults.pop(0) if self.faults else (None, True)
        self.asked.append(request.json())
        if not done:
            return fault or Answer()
        number = len(self.files) + 1
        made = {"id": f"file-{number}", "filename": self.asked[-1]["filename"], "status": "pending"}
        self.files.append({**made, "created_at": number})
        return fault or Answer(201, made)


@pytest.fixture
def service(rig: Rig) -> Service:
    service = Service()
    rig.server.route = service.route
    return service


@pytest.fixture
def files(rig: Rig) -> FilesClient:
    return FilesClient(rig.transport(timeouts=Timeouts(connect=2.0, read=0.3, answer=5.0)))


def signed() -> SignedUrl:
    return sign(URL, "DATA_SAS", {"DATA_SAS": SAS})


@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
@pytest.mark.parametrize("fault", LOST)
def test_an_import_whose_answer_is_lost_gives_one_file(
    service: Service, files: FilesClient, fault: str, done: bool
) -> None:
    service.faults = [(LOST[fault], done), (LOST[fault], done)]
    file = import_file(files, NAME, signed)
    assert [file.id] == [made["id"] for made in service.files]
    assert len(service.asked) == (1 if done else 3)
    assert service.asked[0] == {
        "purpose": "fine-tune",
        "filename": NAME,
        "content_url": f"{URL}?{SAS}",
    }


def test_what_an_earlier_run_imported_is_adopted_without_asking_for_the_signature(
    service: Service, files: FilesClient
) -> None:
    def never() -> SignedUrl:
        raise AssertionError

    first = import_file(files, NAME, signed)
    assert import_file(files, NAME, never).id == first.id


def test_an_import_that_failed_is_not_adopted(service: Service, files: FilesClient) -> None:
    service.files = [{"id": "old", "filename": NAME, "status": "error", "created_at": 0}]
    assert import_file(files, NAME, signed).id != "old"


ECHOES: list[Answer] = [
    Answer(400, {"error": {"code": "fileImportFailed", "message": f"cannot read {URL}?{SAS}"}}),
    Answer(400, {"error": {"code": "x", "message": f"signature {SIGNATURE} or {DECODED} is bad"}}),
    Answer(400, {"error": {"code": SIGNATURE, "message": f"query was {SAS}"}}),
    Answer(400, {"error": {"message": "m"}}, {"x-ms-request-id": DECODED}),
    Answer(302, headers={"Location": f"https://{DECODED[:4]}.example/?{SAS}"}),
    Answer(500, {"error": {"message": f"{URL}?{SAS}"}}),
    Answer(fault="reset"),
]


@pytest.mark.parametrize("answer", ECHOES)
def test_no_error_shows_the_signature_however_the_service_repeats_it(
    service: Service, files: FilesClient, answer: Answer
) -> None:
    service.faults = [(answer, False)] * 50
    with pytest.raises(AoaiError) as caught:
        import_file(files, NAME, signed)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert "Cana" not in shown
    assert DECODED not in shown


def test_a_refused_url_says_what_to_check(service: Service, files: FilesClient) -> None:
    service.faults = [(ECHOES[0], False)]
    with pytest.raises(AoaiError, match="the SAS, its expiry and its right to read"):
        import_file(files, NAME, signed)


@pytest.mark.parametrize("words", [f"GET {URL}?{SAS}: 403", f"bad signature {SIGNATURE}", DECODED])
@pytest.mark.parametrize("keep", [True, False])
def test_a_file_that_could_not_be_read_says_why_without_the_signature(
    rig: Rig, files: FilesClient, words: str, keep: bool
) -> None:
    failed = {"id": "file-1", "filename": NAME, "status": "error", "status_details": words}
    rig.server.route = lambda _request: Answer(body=failed)
    with pytest.raises(OperationFailed, match="look at the URL and run again") as caught:
        await_processed(
            files,
            File("file-1", NAME),
            advice="look at the URL",
            keep=keep,
            secrets=signed().secrets,
        )
    assert "Cana" not in str(caught.value)
    assert [each.method for each in rig.server.requests] == ["GET"] + ["DELETE"] * (not keep)


def test_no_representation_shows_the_signature() -> None:
    assert repr(signed()) == "SignedUrl()"


@pytest.mark.parametrize("value", [SAS, f"?{SAS}", f" {SAS}\n"])
def test_a_sas_is_taken_with_and_without_its_question_mark(value: str) -> None:
    assert sign(URL, "DATA_SAS", {"DATA_SAS": value}).url == f"{URL}?{SAS}"


def test_a_public_url_needs_none() -> None:
    assert sign(URL, None, {}) == SignedUrl(URL)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "set the environment variable DATA_SAS"),
        ("", "set the environment variable DATA_SAS"),
        (f"{URL}?{SAS}", "without the URL before it"),
        (SIGNATURE, "does not hold a SAS"),
        ("sv=1&sig=", "does not hold a SAS"),
        (f"{SAS} {SAS}", "does not hold a SAS"),
        (f"{SAS}#x", "does not hold a SAS"),
        (f"{SAS}\r\nX: y", "does not hold a SAS"),
    ],
)
def test_a_variable_that_holds_no_sas_is_reported_without_its_value(
    value: str | None, said: str
) -> None:
    environment = {} if value is None else {"DATA_SAS": value}
    with pytest.raises(ConfigurationError, match=said) as caught:
        sign(URL, "DATA_SAS", environment)
    assert "Cana" not in str(caught.value)


@pytest.mark.parametrize(
    "url", [URL, "https://example.org:8443/a%20b.jsonl", "https://127.0.0.1:1/x", "https://h/x"]
)
def test_an_https_url_is_fine(url: str) -> None:
    assert url_problem(url) == ""


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"{URL}?{SAS}", "sas_variable"),
        (f"{URL}?", "sas_variable"),
        (f"{URL}#sig=Canary", "fragment"),
        ("http://data.blob.core.windows.net/c/x", "write an https URL"),
        ("https:///x", "write an https URL"),
        ("file:///etc/passwd", "write an https URL"),
        ("", "write an https URL"),
        ("https://user:Canary@host/x", "user or password"),
        ("https://Canary@host/x", "user or password"),
        ("https://host:Canary/x", "no URL"),
        ("https://hôst/Canary", "no URL"),
        ("https://host/a b", "no URL"),
        ("https://host/a\r\nX: Canary", "no URL"),
        ("https://host\\@evil.example/Canary", "no URL"),
        ("https://[::1/Canary", "no URL"),
    ],
)
def test_any_other_url_is_refused_without_repeating_it(url: str, said: str) -> None:
    assert said in url_problem(url)
    assert "Cana" not in url_problem(url)


def test_a_sas_in_place_of_its_name_is_refused_without_repeating_it() -> None:
    assert "not the SAS itself" in variable_problem(SAS)
    assert "Cana" not in variable_problem(SAS)
    assert variable_problem("DATA_SAS") == ""


def test_doubt_that_stays_is_an_error(rig: Rig, service: Service, files: FilesClient) -> None:
    service.faults = [(Answer(fault="reset"), False)] * 50
    with pytest.raises(ResponseUnknown, match=r"Run again: it is looked for first\.$"):
        import_file(files, NAME, signed)
    assert len(service.asked) == 4
