"""The text of the comment: what a reviewer reads, and how it fits."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

import msgspec
import pytest

from aoai.cli.ci.comment.compose import Mark, compose, nothing_changes, read_mark, turned_red
from aoai.cli.ci.comment.place import Place
from aoai.cli.ci.comment.verdict import GAP, RETRAINS, labels, state
from aoai.cli.ci.review import Costs, DataFinding, Review, Usd
from aoai.cli.ci.run_summary import Diagnostic, Policies, RunSummary, Violation
from tests.ci.rendering import rendered, tags
from tests.ci.summaries import broken, failed, resource, retraining, run_of, unchanged
from tests.ci.test_markdown import HOSTILE

PLACE = Place(
    run_url="https://github.example/contoso/models/actions/runs/99",
    commit="4be1c09a00",
    moment=datetime(2026, 11, 28, 10, 42, tzinfo=UTC),
    file_link=lambda path, line: f"https://github.example/blob/{path}#L{line}",
)


def text_of(summary: RunSummary, place: Place = PLACE) -> str:
    return compose(summary, place, "default")


def test_the_headline_says_what_happens_in_one_sentence() -> None:
    text = text_of(run_of(retraining()))
    assert text.splitlines()[1] == "### 🟡 models/prod: 1 model retrains, 1 deployment follows"


def test_the_table_says_what_it_costs_before_and_after() -> None:
    text = text_of(run_of(retraining()))
    assert "| Billed once (training) |  | **$6.42** | +$6.42 |" in text
    assert "| Billed monthly (hosting, 730 h) | $1,241 | $1,241 | ±$0 |" in text
    assert (
        "| Models · deployments | 1 · 1 | 1 · 1 | 1 retrained · 1 changed in place · no gap |"
        in text
    )


def test_it_says_what_happens_on_merge_in_that_order() -> None:
    text = text_of(run_of(retraining()))
    train, switch = text.index("1. **Train** `tutor` again"), text.index("2. **Switch**")
    assert train < switch
    assert "`tutor-sweden` to the new model in place: its name stays, no gap" in text


def test_it_says_why_a_model_retrains_and_what_changed_in_its_data() -> None:
    text = text_of(run_of(retraining()))
    assert "- `tutor`: `trainingFile` changed" in text
    assert "| `data/train.jsonl` | 1,204 → 1,262 | 1,180 | 74 | 8 | 16 |" in text


def test_a_finding_leads_to_its_line() -> None:
    text = text_of(run_of(retraining()))
    assert "1 finding in the data (0 errors, 1 warning)" in text
    assert "[`data/train.jsonl:812`](https://github.example/blob/data/train.jsonl#L812)" in text


def test_what_serves_now_is_shown_with_its_curves() -> None:
    assert "| `tutor` | final | 200 | `█▁` 1.92 → 0.41 | `█▁` 1.95 → 0.58 | 1.41 |" in text_of(
        run_of(retraining())
    )


def test_the_foot_says_of_what_and_when_it_was_made() -> None:
    foot = text_of(run_of(retraining())).splitlines()[-1]
    assert foot.startswith("<sub>commit `4be1c09a` · previewed 28 Nov 10:42 UTC · [run](https://")


def test_the_foot_says_what_could_not_be_looked_at() -> None:
    foot = text_of(run_of(retraining(review=None, policies=Policies()))).splitlines()[-1]
    assert "no data and costs: the program wrote no review" in foot
    assert "no policies: none judged the preview" in foot


def test_an_edit_says_what_changed_since() -> None:
    before = Mark("default", "yellow", edits=2, findings=5)
    text = compose(run_of(retraining()), PLACE, "default", before)
    assert "updated in place, 3rd time: data findings 5 → 1" in text
    assert read_mark(text) == Mark("default", "yellow", edits=3, findings=1)


@pytest.mark.parametrize(
    ("stack", "colour", "sign"),
    [
        (unchanged(), "none", "⚪"),
        (retraining(resources=(resource("TrainingFile", "a", "create"),)), "green", "🟢"),
        (retraining(), "yellow", "🟡"),
        (retraining(policies=broken(mandatory=False)), "yellow", "🟡"),
        (retraining(policies=broken()), "red", "🔴"),
        (failed(), "red", "🔴"),
    ],
)
def test_the_colour_is_that_of_the_worst(stack: object, colour: str, sign: str) -> None:
    summary = run_of(unchanged("dev"), stack)  # type: ignore[arg-type]
    assert state(summary) == colour
    assert f"### {sign} " in text_of(summary)


def test_a_failed_preview_says_why_and_promises_nothing() -> None:
    text = text_of(run_of(failed()))
    assert "models/prod: **the preview failed**, **1 thing to put right**" in text
    assert "> [!CAUTION]" in text
    assert "> - data/train.jsonl:7: bad" in text
    assert "What happens" not in text
    assert "wrote no review" not in text


def test_what_makes_nothing_in_azure_is_no_step() -> None:
    wrapper = resource("FineTunedDeployment", "tutor", "create")
    account = resource("Account", "sweden", "create")
    text = text_of(run_of(retraining(resources=(wrapper, account))))
    assert "1. **Change** 1 other resource: `sweden`." in text


def test_where_nothing_is_trained_nothing_is_billed_once() -> None:
    review = msgspec.structs.replace(retraining().review, costs=Costs(once=Usd(0, 0)))  # type: ignore[type-var]
    assert "Billed once" not in text_of(run_of(retraining(review=review)))


def test_a_gap_is_the_thing_to_decide() -> None:
    gone = resource("ModelDeployment", "tutor-sweden", "replace", changed=("sku",), gap=True)
    text = text_of(run_of(retraining(resources=(gone,))))
    assert "**Decide: `tutor-sweden` does not answer while it is made again.**" in text
    assert "**it does not answer meanwhile**" in text
    assert labels(run_of(retraining(resources=(gone,)))) == {GAP}


def test_labels_follow_from_what_happens() -> None:
    assert labels(run_of(retraining())) == {RETRAINS}
    assert labels(run_of(unchanged())) == set()


def test_where_a_site_shows_no_boxes_none_is_written() -> None:
    plain = Place(alerts=False)
    assert "[!" not in text_of(run_of(failed()), plain)
    assert "> **To put right" in text_of(run_of(failed()), plain)


def test_several_stacks_are_one_comment_with_the_worst_first() -> None:
    dev, prod = retraining(stack="dev"), failed()
    text = text_of(run_of(dev, unchanged("test"), prod))
    assert "2 of 3 stacks: **1 preview failed**, 1 model retrains" in text
    assert text.index("🔴 `models/prod`") < text.index("🟡 `models/dev`")
    assert text.index("🟡 `models/dev`") < text.index("⚪ `models/test`")
    assert "#### `models/dev`: What happens when this merges" in text


@pytest.mark.parametrize("limit", [2_000, 1_700, 1_300, 900])
def test_whole_sections_are_cut_from_the_bottom_and_named(limit: int) -> None:
    place = Place(limit=limit, run_url="https://github.example/run")
    text = text_of(run_of(retraining()), place)
    assert len(text) <= limit
    assert "**Left out: " in text
    assert "resources." in text or "others" in text
    assert text.count("<details>") == text.count("</details>")
    assert text.splitlines()[-1].startswith("<sub>")


def test_hundreds_of_stacks_and_findings_fit_each_site() -> None:
    finding = DataFinding(severity="error", file="f" * 90, message="m" * 900, line=3)
    model = msgspec.structs.replace(retraining().review.models[0], findings=(finding,) * 300)  # type: ignore[union-attr]
    many = [
        retraining(stack=f"stack-{number}", review=Review(models=(model,))) for number in range(400)
    ]
    for limit in (65_536, 150_000, 1_000_000):
        assert len(text_of(run_of(*many), Place(limit=limit))) <= limit


def test_a_comment_of_whole_length_is_refused_by_nobody() -> None:
    text = text_of(run_of(*[retraining(stack=f"s{n}") for n in range(60)]))
    assert 30_000 < len(text) <= 65_536
    assert "Left out" in text


def hostile_stack(text: str) -> RunSummary:
    """A run in which every text that can be somebody else's is this one."""
    whole = msgspec.json.decode(msgspec.json.encode(run_of(retraining())))
    kept = {"operation", "type", "severity", "change"}

    def poison(value: object, key: str = "") -> object:
        if isinstance(value, dict):
            return {k: poison(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [poison(v, key) for v in value]
        return text if isinstance(value, str) and key not in kept else value

    stack = msgspec.convert(poison(whole), RunSummary).stacks[0]
    diagnostics = (
        Diagnostic(severity="error", message=f"{text}\n{text}", resource=text),
        Diagnostic(severity="warning", message=text, resource=text),
    )
    policies = Policies(
        judged=True, violations=(Violation(rule=text, mandatory=True, message=text, resource=text),)
    )
    again = msgspec.structs.replace(stack, policies=policies)
    return run_of(again, msgspec.structs.replace(again, diagnostics=diagnostics))


ALLOWED = {"h3", "h4", "p", "table", "thead", "tbody", "tr", "th", "td", "strong", "code", "pre"}
ALLOWED |= {"ol", "ul", "li", "blockquote", "details", "summary", "sub", "a"}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_in_data_names_or_answers_becomes_markup(hostile: str) -> None:
    text = text_of(hostile_stack(hostile))
    page = rendered(text, raw=True)
    assert tags(page) <= ALLOWED
    assert page.count("<!--") == 1
    assert page.count("<details") == page.count("</details>") == text.count("<details>")
    links = re.findall(r'(?:href|src)="([^"]*)"', page)
    assert all(link.startswith("https://github.example/") for link in links)
    outside = html.unescape(re.sub(r"<(code|pre)\b.*?</\1>", "", page, flags=re.DOTALL))
    assert not re.search(r"(?<!\w)[@#](?=\w)(?!L)", re.sub(r"<[^>]*>", "", outside))


def test_text_in_the_middle_is_no_mark() -> None:
    assert read_mark("quoted\n<!-- aoai:comment v1 key=a state=red edits=0 findings=0 -->") is None


def test_the_other_texts_carry_their_marks() -> None:
    gone = nothing_changes(PLACE, "default", Mark("default", "red", 4, 1))
    assert read_mark(gone) == Mark("default", "none", 5)
    assert "Nothing changes any more" in gone
    red = turned_red(run_of(failed()), "default", "https://github.example/c/1")
    assert read_mark(red) is None
    assert "🔴 models/prod: **the preview failed**" in red
    assert "[the comment above](https://github.example/c/1)" in red
