"""The hook, tried with pre-commit on a scratch repository: set up from the README, it fails and passes."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest
import yaml
from pipeline.programs import run
from running import Run

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "examples" / "templates"
GOOD = (TEMPLATES / "trigger_point_order_set.json").read_text(encoding="utf-8")
BAD = (TEMPLATES / "trigger_point_eight_injections.json").read_text(encoding="utf-8")
LINES = (TEMPLATES / "acupuncture_favorites.jsonl").read_text(encoding="utf-8")

PRE_COMMIT = (sys.executable, "-m", "pre_commit")
SHOWN = re.compile(r'^```yaml title="\.pre-commit-config\.yaml"\n(.*?)^```$', re.MULTILINE | re.S)


class Repository:
    """A repository of somebody else, with the hook."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment

    def git(self, *arguments: str | Path) -> Run:
        return run("git", *arguments, cwd=self.folder, environment=self.environment, timeout=300)

    def write(self, name: str, text: str) -> None:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def commit(self) -> Run:
        assert self.git("add", "--all").status == 0
        return self.git("commit", "--message", "Templates")

    def hook(self, *arguments: str) -> Run:
        command = (*PRE_COMMIT, "run", "--verbose", *arguments)
        return run(*command, cwd=self.folder, environment=self.environment, timeout=300)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return an environment in which git and pre-commit know nothing of this machine's settings."""
    folder = tmp_path_factory.mktemp("git")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT", "PRE_COMMIT", "PYTHON", "IMR_CHECK_"))
    }
    who = {"NAME": "A. Tester", "EMAIL": "tester@example.invalid"}
    return kept | {
        **{f"GIT_{role}_{key}": who[key] for role in ("AUTHOR", "COMMITTER") for key in who},
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "PRE_COMMIT_HOME": str(folder / "pre-commit"),
        "PRE_COMMIT_COLOR": "never",
    }


@pytest.fixture(scope="module")
def imr_check(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Repository:
    """Return a repository with this working tree, committed or not, as its only commit."""
    ours = Repository(ROOT, environment)
    listed = ours.git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    if listed.status != 0:
        pytest.skip("this is no git repository")
    copy = Repository(tmp_path_factory.mktemp("imr-check"), environment)
    for name in filter(None, listed.out.split("\0")):
        if (ROOT / name).is_file():
            (copy.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy.folder / name)
    assert copy.git("init", "--quiet").status == 0
    done = copy.commit()
    assert done.status == 0, done
    return copy


def configuration(imr_check: Repository) -> str:
    """Return what the README shows, with the address and the revision filled in."""
    shown = SHOWN.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert shown is not None
    revision = imr_check.git("rev-parse", "HEAD").out.strip()
    return shown[1].replace("ADDRESS", str(imr_check.folder)).replace("REVISION", revision)


@pytest.fixture
def repository(imr_check: Repository, tmp_path: Path) -> Repository:
    """Return the repository of a stranger, who has done what the README says."""
    made = Repository(tmp_path, imr_check.environment)
    assert made.git("init", "--quiet").status == 0
    made.write(".pre-commit-config.yaml", configuration(imr_check))
    made.write("package.json", '{"name": "no request at all"}')
    made.write("templates/README.md", "# What each template is for")
    install = (*PRE_COMMIT, "install")
    done = run(*install, cwd=made.folder, environment=made.environment)
    assert done.status == 0, done
    return made


def test_a_commit_fails_with_a_bad_template_and_passes_when_it_is_mended(
    repository: Repository,
) -> None:
    repository.write("templates/good.json", GOOD)
    repository.write("templates/bad.json", BAD)
    refused = repository.commit()
    said = refused.out + refused.err
    assert refused.status == 1, said
    assert "templates/bad.json:11:19: TPI-06 Injections per session: 8 injections" in said
    assert "package.json" not in said
    assert "README.md" not in said

    repository.write("templates/bad.json", GOOD)
    passed = repository.commit()
    assert passed.status == 0, passed
    assert "Passed" in passed.out + passed.err


def test_json_lines_and_yaml_are_checked_and_a_baseline_is_not(repository: Repository) -> None:
    repository.write("templates/favorites.jsonl", LINES)
    for name in ("acupuncture_trial.yaml", "acupuncture_twelve_visits.yaml"):
        repository.write(f"templates/{name}", (TEMPLATES / name).read_text(encoding="utf-8"))
    repository.write("templates/imr-check-baseline.json", '{"version": 1, "entries": []}')
    assert repository.git("add", "--all").status == 0
    done = repository.hook("--all-files")
    assert done.status == 1, done
    assert "templates/favorites.jsonl:3:" in done.out
    assert "templates/acupuncture_twelve_visits.yaml:13:15: ACU-02" in done.out
    assert "baseline.json" not in done.out


def test_the_configuration_of_the_repository_holds(repository: Repository) -> None:
    repository.write("templates/bad.json", BAD)
    repository.write("imr-check.toml", '[severity]\nTPI-06 = "warning"\n')
    done = repository.commit()
    assert done.status == 0, done


# What the hook is given

TAKEN = [
    # path, whether the hook takes it as it stands, whether it does with `files: ^templates/`
    ("neck.rfa.json", True, False),
    ("deep/in/there/neck.rfa.yaml", True, False),
    ("order-sets/neck.json", True, False),
    ("order_sets/upper/neck.YML", True, False),
    ("request_templates/neck.jsonl", True, False),
    ("templates/neck.json", False, True),
    ("templates/lines.ndjson", False, True),
    ("templates/neck.md", False, False),
    ("templates/imr-check-baseline.json", False, False),
    ("templates/.hidden.json", False, False),
    ("rfa/.vscode/settings.json", False, False),
    ("rfa/readme.txt", False, False),
    ("package.json", False, False),
    ("src/requests/fixture.json", False, False),
    ("mkdocs.yml", False, False),
    (".github/workflows/rfa.yml", False, False),
]


@pytest.mark.parametrize(("path", "by_default", "in_templates"), TAKEN)
def test_which_files_the_hook_takes(path: str, by_default: bool, in_templates: bool) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    left_out = re.search(hook["exclude"], path) is not None
    assert (re.search(hook["files"], path) is not None and not left_out) is by_default
    assert (path.startswith("templates/") and not left_out) is in_templates
