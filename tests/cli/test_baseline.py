"""The baseline: findings set aside in a file of their own, keyed by what they are about."""

from __future__ import annotations

import json
import os
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest
from drafts import DENIED, SUPPORTED, TEMPLATE, TWO_ROWS, UNCOVERED, suppressing, write, write_lines
from running import Command
from strategies import EXAMPLES, SENTINEL, example_files, random_request, with_sentinels

from imr_check.baseline import read_baseline

BASELINE = Path("imr-check-baseline.json")
WHY = ("--reason", "known since May")
USE = ("--baseline", str(BASELINE))
EXAMPLE: dict[str, Any] = json.loads(
    (EXAMPLES / "determinations" / "000_trigger_point.json").read_text("utf-8")
)
NO_COURSE = {**DENIED, "treatments": [{"kind": "acupuncture", "quantity": 6}]}
"""ACU-05 fails, and nothing else."""
TWO_FAIL = {**DENIED, "treatments": DENIED["treatments"] + NO_COURSE["treatments"]}
TWICE = {**DENIED, "treatments": DENIED["treatments"] * 2}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IMR_CHECK_IGNORE", "GEN-05")  # the warning that goes with ACU-02
    return tmp_path


def entries(file: Path = BASELINE) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["entries"]
    return data


def rewrite(*changed: dict[str, Any]) -> None:
    BASELINE.write_text(json.dumps({"version": 1, "entries": changed}), encoding="utf-8")


def open_codes(run: Command, *arguments: str) -> list[str]:
    """Return the codes that still count."""
    out = run(*arguments, *USE, "--format", "gitlab").out
    return [entry["check_name"] for entry in json.loads(out)]


def test_what_is_in_the_baseline_no_longer_counts(run: Command) -> None:
    write(Path("d/a.json"), EXAMPLE)
    write(Path("d/b.json"), TWO_FAIL)
    made = run("baseline", "d", *WHY, "--author", "J. Doe", "--until", "2099-12-31")
    assert made.status == 0
    assert made.out.startswith("imr-check-baseline.json: 8 new, 0 removed\n")
    assert "Use it with --baseline imr-check-baseline.json" in made.out
    assert open_codes(run, "d") == []
    result = run("d", *USE)
    assert result.status == 0
    assert "Suppressed, and not counted:" in result.out
    assert "(known since May, J. Doe, until 2099-12-31)" in " ".join(result.out.split())
    assert [entry["path"] for entry in entries()] == ["d/a.json"] * 6 + ["d/b.json"] * 2
    before = BASELINE.read_bytes()
    assert run("baseline", "d").out.startswith("imr-check-baseline.json: 0 new, 0 removed\n")
    assert BASELINE.read_bytes() == before
    assert run("d", *USE, "--as-of", "2015-01-13", "--format", "sarif").out.count("external") == 8


def test_a_baseline_of_the_settings_is_used_and_kept_up(run: Command) -> None:
    Path("imr-check.toml").write_text('baseline = "known.json"\n', encoding="utf-8")
    write(Path("a.json"), DENIED)
    assert run("a.json").status == 2, "it is not there yet"
    made = run("baseline", "a.json", *WHY)
    assert made.out == "known.json: 1 new, 0 removed\n"
    assert run("a.json").status == 0
    assert run("a.json", "--isolated").status == 1


def test_new_findings_need_a_reason(run: Command) -> None:
    write(Path("a.json"), DENIED)
    for arguments in ((), ("--reason", " ")):
        result = run("baseline", "a.json", *arguments)
        assert result.status == 2
        assert "1 finding is new: say with --reason why" in result.err
    assert not BASELINE.exists()
    write(Path("a.json"), SUPPORTED)
    assert run("baseline", "a.json").status == 0
    assert entries() == []


# What ends an entry, and what does not


def shuffled(draft: dict[str, Any]) -> dict[str, Any]:
    """Return a draft in another order: keys, rows and entries of the chart."""
    random = Random(9)

    def changed(value: Any) -> Any:
        if isinstance(value, dict):
            keys = list(value)
            random.shuffle(keys)
            return {key: changed(value[key]) for key in keys}
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return random.sample([changed(part) for part in value], len(value))
        return value

    made: dict[str, Any] = changed(draft)
    return made


def test_lines_rows_and_the_order_of_the_chart_may_move(run: Command) -> None:
    draft = {**EXAMPLE, "treatments": [*EXAMPLE["treatments"], *TWO_FAIL["treatments"]]}
    write(Path("a.json"), draft)
    run("baseline", "a.json", *WHY)
    assert len(entries()) == 10
    moved = shuffled(draft)
    assert moved["treatments"] != draft["treatments"]
    assert moved["chart"] != draft["chart"]
    Path("a.json").write_text("\n\n" + json.dumps(moved), encoding="utf-8")
    assert open_codes(run, "a.json") == []
    Path("a.yaml").write_text(json.dumps(draft), encoding="utf-8")
    assert open_codes(run, "a.yaml") != [], "another file is another matter"


def test_a_change_in_a_deciding_fact_brings_the_finding_back(run: Command) -> None:
    write(Path("a.json"), TWO_FAIL)
    run("baseline", "a.json", *WHY)
    changed = deepcopy(TWO_FAIL)
    changed["injury"]["date"] = "2014-05-11"
    write(Path("a.json"), changed)
    assert open_codes(run, "a.json") == [], "it did not decide"
    changed["treatments"][0]["quantity"] = 9
    write(Path("a.json"), changed)
    assert open_codes(run, "a.json") == ["ACU-02", "SUP-01"]
    made = run("baseline", "a.json", "--reason", "nine now")
    assert made.out.startswith("imr-check-baseline.json: 1 new, 1 removed\n")
    assert {entry["code"]: entry["reason"] for entry in entries()} == {
        "ACU-02": "nine now",
        "ACU-05": "known since May",
    }


def test_one_more_of_the_same_is_new(run: Command) -> None:
    write(Path("a.json"), DENIED)
    run("baseline", "a.json", *WHY)
    write(Path("a.json"), TWICE)
    assert open_codes(run, "a.json") == ["ACU-02"]
    assert run("baseline", "a.json", "--reason", "the second").status == 0
    assert [entry["reason"] for entry in entries()] == ["known since May", "the second"]
    assert open_codes(run, "a.json") == []
    write(Path("a.json"), DENIED)
    assert open_codes(run, "a.json") == ["SUP-01"]
    assert run("baseline", "a.json").out.startswith("imr-check-baseline.json: 0 new, 1 removed")
    assert len(entries()) == 1


def test_prune_only_removes(run: Command) -> None:
    write(Path("d/a.json"), TWO_FAIL)
    write(Path("d/b.json"), DENIED)
    write(Path("d/c.json"), DENIED)
    run("baseline", "d", *WHY)
    write(Path("d/a.json"), EXAMPLE)
    Path("d/b.json").unlink()
    Path("d/c.json").rename("d/renamed.json")
    result = run("baseline", "--prune", "d")
    assert (result.status, result.out) == (0, "imr-check-baseline.json: 0 new, 4 removed\n")
    assert entries() == []


def test_what_was_written_by_hand_stays_and_files_not_named_too(run: Command) -> None:
    write(Path("a.json"), DENIED)
    write(Path("b.json"), DENIED)
    run("baseline", "a.json", "b.json", *WHY)
    first, second = entries()
    first |= {"reason": "José: see the letter", "author": "me", "until": "2099-01-01"}
    rewrite(second, {**first, "path": "./a.json"})
    write(Path("b.json"), SUPPORTED)
    assert run("baseline", "a.json", *WHY).out.startswith("imr-check-baseline.json: 0 new, 0 rem")
    assert entries() == [first, second]
    assert "José" in BASELINE.read_text(encoding="utf-8")
    assert run("baseline", "b.json").out.startswith("imr-check-baseline.json: 0 new, 1 removed")
    assert entries() == [first]


def test_an_expired_entry_counts_again_and_is_renewed_with_a_new_reason(run: Command) -> None:
    write(Path("a.json"), DENIED)
    run("baseline", "a.json", *WHY)
    rewrite({**entries()[0], "until": "2020-01-01"})
    assert open_codes(run, "a.json") == ["ACU-02", "SUP-02"]
    assert run("baseline", "--prune", "a.json").out.startswith(
        "imr-check-baseline.json: 0 new, 0 r"
    )
    assert run("baseline", "a.json").status == 2
    assert run("baseline", "a.json", "--reason", "asked again").status == 0
    assert [(entry["reason"], "until" in entry) for entry in entries()] == [("asked again", False)]
    assert open_codes(run, "a.json") == []


def test_what_nobody_may_suppress_is_left_open(run: Command) -> None:
    Path("imr-check.toml").write_text('unsuppressable = ["ACU-05"]\n', encoding="utf-8")
    write(Path("a.json"), TWO_FAIL)
    made = run("baseline", "a.json", *WHY)
    assert "let nobody suppress them: 1" in made.out
    assert [entry["code"] for entry in entries()] == ["ACU-02"]
    assert open_codes(run, "a.json") == ["ACU-05"]
    rewrite(*entries(), {**entries()[0], "code": "ACU-05"})
    assert open_codes(run, "a.json") == ["ACU-05", "SUP-01"]


def test_rows_that_nothing_judged_are_never_swept_up(run: Command) -> None:
    write(Path("a.json"), TWO_ROWS)
    write(Path("b.json"), UNCOVERED)
    made = run("baseline", "a.json", "b.json", *WHY)
    assert (made.status, [entry["code"] for entry in entries()]) == (0, ["ACU-02"])
    assert "Left open, because nothing judged these rows: 2\n" in made.out
    assert open_codes(run, "a.json", "b.json") == ["ROW-02", "ROW-02"]
    assert run("baseline", "b.json").status == 0, "nothing new needs a reason"


@pytest.mark.parametrize(
    ("until", "words"),
    [("2020-01-01", "--until is a day that is over"), ("soon", "--until must be a date written")],
)
def test_a_last_day_that_cannot_be_meant_is_refused(run: Command, until: str, words: str) -> None:
    write(Path("a.json"), DENIED)
    result = run("baseline", "a.json", *WHY, "--until", until)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(f"imr-check: {words}")
    assert not BASELINE.exists()


def test_what_is_not_selected_now_keeps_its_entry_and_gets_none(
    run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(Path("a.json"), TWO_FAIL)
    monkeypatch.setenv("IMR_CHECK_SELECT", "ACU-02")
    run("baseline", "a.json", *WHY)
    assert [entry["code"] for entry in entries()] == ["ACU-02"]
    monkeypatch.setenv("IMR_CHECK_SELECT", "ACU-05")
    run("baseline", "a.json", *WHY)
    assert [entry["code"] for entry in entries()] == ["ACU-02", "ACU-05"]
    monkeypatch.setenv("IMR_CHECK_SELECT", "TPI")
    assert "0 new, 0 removed" in run("baseline", "a.json", *WHY).out


def test_a_block_in_the_request_comes_before_the_baseline(run: Command) -> None:
    write(Path("a.json"), DENIED)
    run("baseline", "a.json", *WHY)
    write(Path("a.json"), suppressing(DENIED, {"code": "ACU-02", "reason": "in the file"}))
    result = run("a.json", *USE)
    assert result.status == 0
    assert "(in the file)" in result.out
    assert open_codes(run, "a.json") == []
    assert "0 new, 1 removed" in run("baseline", "a.json").out


# Many requests in a file, and what cannot be checked


def test_an_entry_is_about_one_line_of_many(run: Command) -> None:
    write_lines(Path("a.jsonl"), SUPPORTED, DENIED, SUPPORTED, NO_COURSE, SUPPORTED)
    run("baseline", "a.jsonl", *WHY)
    assert [entry["code"] for entry in entries()] == ["ACU-02", "ACU-05"]
    assert open_codes(run, "a.jsonl") == []
    write_lines(Path("a.jsonl"), DENIED, DENIED, SUPPORTED)
    assert open_codes(run, "a.jsonl") == ["ACU-02", "SUP-01"]


def test_where_a_line_cannot_be_checked_nothing_is_called_unused(run: Command) -> None:
    write_lines(Path("a.jsonl"), DENIED, NO_COURSE)
    run("baseline", "a.jsonl", *WHY)
    with Path("a.jsonl").open("w", encoding="utf-8") as file:
        file.write(json.dumps(DENIED) + "\n{broken\n")
    result = run("a.jsonl", *USE, "--format", "concise")
    assert result.status == 2
    assert "SUP" not in result.out
    kept = run("baseline", "a.jsonl", *WHY)
    assert (kept.status, len(entries())) == (2, 2)
    assert "imr-check: a.jsonl:2:2:" in kept.err
    Path("a.jsonl").unlink()
    assert run("baseline", "a.jsonl", *WHY).status == 2
    assert len(entries()) == 2


def test_templates(run: Command) -> None:
    write(Path("a.json"), TEMPLATE)
    twelve = {**TEMPLATE, "treatments": [{**TEMPLATE["treatments"][0], "quantity": 12}]}
    twelve["chart"] = {"medications": [{"name": "{{ drug }}", "status": "not_tolerated"}]}
    write(Path("b.json"), twelve)
    run("baseline", "a.json", "b.json", *WHY)
    assert {entry["path"] for entry in entries()} == {"b.json"}, "what depends is no finding yet"
    assert run("a.json", "b.json", *USE).status == 0


# Where files are


def test_paths_count_from_the_baseline_wherever_the_command_runs(
    run: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(Path("team/d/a.json"), DENIED)
    write(Path("other/b.json"), DENIED)
    (folder / "link").symlink_to("team")
    run("baseline", "team/d", "other/b.json", *WHY, "-o", "team/known.json")
    assert [entry["path"] for entry in entries(Path("team/known.json"))] == [
        *("../other/b.json", "d/a.json")
    ]
    for here, file, named in (
        (".", "team/known.json", "team/d"),
        ("team/d", "../known.json", "a.json"),
        ("other", f"{folder}/team/known.json", "../team/d/../d/a.json"),
        ("other", "../team/known.json", str(folder / "other" / "b.json")),
        (".", "link/known.json", "team/d"),
        (".", "team/known.json", "link/d/a.json"),
        ("link/d", "../known.json", "."),
    ):
        monkeypatch.chdir(folder / here)
        assert run(named, "--baseline", file).status == 0, (here, file, named)


def test_the_file_is_readable_by_the_team_and_appears_whole(
    run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(Path("a.json"), DENIED)
    mask = os.umask(0o022)
    run("baseline", "a.json", *WHY)
    os.umask(mask)
    assert BASELINE.stat().st_mode & 0o777 == 0o644
    before = BASELINE.read_bytes()

    def refuse(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    write(Path("a.json"), TWO_FAIL)
    monkeypatch.setattr(os, "replace", refuse)
    result = run("baseline", "a.json", *WHY)
    assert (result.status, result.out) == (2, "")
    assert "cannot be written: No space left" in result.err
    assert BASELINE.read_bytes() == before
    assert sorted(path.name for path in Path().iterdir()) == ["a.json", BASELINE.name]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", "1:1", ""),
        ("[]", "1:1", "a baseline has version and entries"),
        ('{"version": 2, "entries": []}', "1:13", "this version of a baseline is not known"),
        ('{"version": 1, "entries": {}}', "1:27", "must be a list"),
        ('{"version": 1,\n "entries": [\n  7\n]}', "3:3", "must be an object"),
        ('{"version": 1,\n "entries": [{"path": "a"}]}', "2:14", "code is missing or not text"),
        ('{"version": 1,\n "entries": [}', "2:14", ""),
        ("version: 1", "1:1", ""),
    ],
)
def test_a_bad_baseline_is_refused_with_its_line(
    run: Command, text: str, place: str, words: str
) -> None:
    write(Path("a.json"), DENIED)
    BASELINE.write_text(text, encoding="utf-8")
    for arguments in (("a.json", *USE), ("baseline", "a.json", *WHY)):
        result = run(*arguments)
        assert (result.status, result.out) == (2, "")
        assert result.err.startswith(f"imr-check: imr-check-baseline.json:{place}: {words}")
    assert BASELINE.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reason": " "}, "reason is missing or not text"),
        ({"until": "soon"}, "until must be a date"),
        ({"until": 20200101}, "until must be a date"),
        ({"author": 7}, "author must be text"),
        ({"row": 1}, "an entry takes path, code, fingerprint, reason, author, until and nothing"),
        ({"path": ""}, "path is missing"),
    ],
)
def test_a_bad_entry_is_refused(run: Command, change: dict[str, Any], words: str) -> None:
    entry = {"path": "a.json", "code": "ACU-02", "fingerprint": "0" * 16, "reason": "x"}
    rewrite(entry, entry | change)
    write(Path("a.json"), DENIED)
    assert words in run("a.json", *USE).err


def test_a_baseline_may_be_larger_than_a_request() -> None:
    entry = {"path": "a.json", "code": "ACU-02", "fingerprint": "0" * 16, "reason": "x" * 600}
    rewrite(*(entry for _ in range(10_000)))
    assert BASELINE.stat().st_size > 5 * 2**20
    assert len(read_baseline(str(BASELINE)).entries_of("a.json")) == 10_000


def test_nothing_of_a_chart_is_in_the_file(run: Command) -> None:
    random = Random(3)
    drafts = [json.loads(path.read_text("utf-8")) for path in example_files()]
    drafts.append({**drafts[0], "treatments": [{"kind": "surgery"}]})  # nothing judges it: ROW-02
    for number, draft in enumerate([*drafts, *(random_request(random) for _ in range(30))]):
        write(Path(f"d/{number}.json"), with_sentinels(draft))
    made = run("baseline", "d", *WHY)
    assert len(entries()) > 50
    assert SENTINEL not in BASELINE.read_text(encoding="utf-8") + made.out + made.err
    keys = {key for entry in entries() for key in entry}
    assert keys == {"path", "code", "fingerprint", "reason"}
    left = json.loads(run("d", *USE, "--format", "gitlab").out)
    assert {entry["check_name"] for entry in left} == {"ADVICE", "ROW-02", "SUP-01"}
    assert not [entry for entry in left if entry["description"].startswith("Baseline")]
