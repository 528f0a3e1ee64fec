"""How a Dockerfile and a .dockerignore are read, and which files COPY copies where."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.dockerfile import Context, Copy, DockerfileError, Health, MakeFolder, Run, read

ROOT = Path(__file__).resolve().parents[2]

DOCKERFILE = """\
# What it is made of
FROM python:3.11-slim-bookworm

RUN apt-get update \\
    # not every line of a command is one
    && apt-get install -y libgl1

WORKDIR /app
COPY requirements.txt .
WORKDIR inner
RUN ["pip", "install", "-r", "requirements.txt"]
USER ocr
ENV ONE=1 TWO="two words"
run true
EXPOSE 5001
HEALTHCHECK --interval=10s --timeout=3s --start-period=1m \\
    CMD ["python", "-c", "import this"]
CMD python ocr.py
"""


def context(folder: Path, *files: str, ignore: str = "") -> Context:
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (folder / ".dockerignore").write_text(ignore)
    return Context.of(folder)


def copied(made: Context, line: str, *folders: str) -> dict[str, str]:
    """Return where the image has each file after a COPY in /app."""
    _, copy = read(f"FROM base\nWORKDIR /app\nCOPY {line}").actions
    assert isinstance(copy, Copy)
    copies = made.copies(copy, ("/app", *folders).__contains__)
    return {path: str(file.relative_to(made.folder)) for file, path in copies}


def test_base() -> None:
    assert read(DOCKERFILE).base == "python:3.11-slim-bookworm"


def test_continued_lines_are_one_command_without_their_comments() -> None:
    run = read(DOCKERFILE).actions[0]
    assert isinstance(run, Run)
    shell, option, command = run.command
    assert (shell, option) == ("/bin/sh", "-c")
    assert command.split() == ["apt-get", "update", "&&", "apt-get", "install", "-y", "libgl1"]


def test_a_command_in_json_needs_no_shell() -> None:
    run = read(DOCKERFILE).actions[4]
    assert isinstance(run, Run)
    assert run.command == ("pip", "install", "-r", "requirements.txt")


def test_each_command_runs_with_what_was_set_before_it() -> None:
    runs = [action for action in read(DOCKERFILE).actions if isinstance(action, Run)]
    assert [run.config.user for run in runs] == ["root", "root", "ocr"]
    assert [run.config.folder for run in runs] == ["/", "/app/inner", "/app/inner"]
    assert [dict(run.config.variables) for run in runs] == [
        {},
        {},
        {"ONE": "1", "TWO": "two words"},
    ]


def test_folders_are_made_in_their_order() -> None:
    actions = read(DOCKERFILE).actions
    assert actions[1:4] == (
        MakeFolder("/app"),
        Copy(("requirements.txt",), "/app", to_folder=True),
        MakeFolder("/app/inner"),
    )


def test_what_a_container_gets() -> None:
    config = read(DOCKERFILE).config
    assert config.port == 5001
    assert config.command == ("/bin/sh", "-c", "python ocr.py")
    assert config.health == Health(("python", "-c", "import this"), 10, 3, 60)
    assert config.health.patience == 60 + 3 * 10
    assert [config.path(name) for name in ("uploads", "/srv")] == ["/app/inner/uploads", "/srv"]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("LABEL a=b", "LABEL"),
        ("FROM again", "FROM"),
        ("RUN --mount=type=cache true", "--mount"),
        ("RUN <<END", "<<END"),
        ("CMD [python]", "python"),
        ("COPY --chown=ocr a b", "--chown"),
        ("COPY *.py ./", "*.py"),
        ("COPY a b c", "a b c"),
        ("COPY a", "COPY"),
        ("ENV PATH=$PATH:/more", "$PATH"),
        ("ENV NAME value", "NAME value"),
        ("USER a b", "a b"),
        ("EXPOSE 5001/udp", "5001/udp"),
        ("EXPOSE 5001\nEXPOSE 5002", "EXPOSE"),
        ("HEALTHCHECK NONE", "NONE"),
        ("HEALTHCHECK --start-interval=1s CMD true", "--start-interval"),
    ],
)
def test_what_is_not_known_is_refused(line: str, named: str) -> None:
    with pytest.raises(DockerfileError) as refused:
        read(f"FROM base\n{line}\n")
    assert named in str(refused.value)


@pytest.mark.parametrize("text", ["", "# nothing\n", "RUN true\n"])
def test_a_dockerfile_begins_with_from(text: str) -> None:
    with pytest.raises(DockerfileError, match="FROM"):
        read(text)


def test_this_projects_dockerfile_is_known() -> None:
    recipe = read((ROOT / "Dockerfile").read_text())
    made = Context.of(ROOT)
    copies = [action for action in recipe.actions if isinstance(action, Copy)]
    paths = {path for copy in copies for _, path in made.copies(copy, {"/app"}.__contains__)}
    assert {"/app/ocr.py", "/app/picture/__init__.py", "/app/templates/index.html"} <= paths
    assert recipe.config.health
    assert recipe.config.port


def test_copy_a_file(tmp_path: Path) -> None:
    made = context(tmp_path, "a.py", "b.py")
    assert copied(made, "a.py .") == {"/app/a.py": "a.py"}
    assert copied(made, "a.py other.py") == {"/app/other.py": "a.py"}
    assert copied(made, "a.py b.py ./") == {"/app/a.py": "a.py", "/app/b.py": "b.py"}
    assert copied(made, "a.py /srv/") == {"/srv/a.py": "a.py"}


def test_copy_a_file_into_a_folder_that_is_there(tmp_path: Path) -> None:
    made = context(tmp_path, "in/a.py")
    assert copied(made, "in/a.py there", "/app/there") == {"/app/there/a.py": "in/a.py"}


def test_copy_a_folders_content(tmp_path: Path) -> None:
    made = context(tmp_path, "picture/a.py", "picture/deep/b.py", "other/c.py")
    expected = {"/app/picture/a.py": "picture/a.py", "/app/picture/deep/b.py": "picture/deep/b.py"}
    assert copied(made, "picture picture") == expected
    assert copied(made, "picture picture/") == expected
    assert copied(made, "other .") == {"/app/c.py": "other/c.py"}


def test_copy_leaves_out_what_is_ignored(tmp_path: Path) -> None:
    made = context(
        tmp_path, "a/b.py", "a/b.pyc", "a/__pycache__/c", ignore="**/*.pyc\n**/__pycache__"
    )
    assert copied(made, "a a") == {"/app/a/b.py": "a/b.py"}


@pytest.mark.parametrize("source", ["missing", "models", "models/one"])
def test_copy_of_nothing_is_refused(tmp_path: Path, source: str) -> None:
    made = context(tmp_path, "models/one", ignore="models")
    with pytest.raises(DockerfileError, match=source):
        copied(made, f"{source} .")


@pytest.mark.parametrize(
    ("rules", "name", "ignored"),
    [
        ("models", "models/one/two", True),
        ("models", "models.py", False),
        ("models", "deep/models", False),
        ("/models/", "models/one", True),
        ("*.md", "README.md", True),
        ("*.md", "docs/README.md", False),
        ("**/*.md", "README.md", True),
        ("**/*.md", "docs/deep/README.md", True),
        ("docs/**", "docs/deep/README.md", True),
        ("?.py", "a.py", True),
        ("?.py", "ab.py", False),
        ("a.py", "abpy", False),
        ("docs\n!docs/keep.md", "docs/keep.md", False),
        ("docs\n!docs/keep.md", "docs/other.md", True),
        ("!docs/keep.md\ndocs", "docs/keep.md", True),
        ("# models\n\n", "models", False),
    ],
)
def test_dockerignore(tmp_path: Path, rules: str, name: str, ignored: bool) -> None:
    assert context(tmp_path, ignore=rules).ignores(name) is ignored


def test_without_a_dockerignore_nothing_is_ignored(tmp_path: Path) -> None:
    assert not Context.of(tmp_path).ignores("models")


def test_an_unknown_pattern_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DockerfileError, match="a-z"):
        context(tmp_path, ignore="[a-z]")
