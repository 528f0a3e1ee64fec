import re
import subprocess
import sys
from pathlib import Path

from picture.errors import (
    ArchiveLockedError,
    ArchiveNestedError,
    PackTooLargeError,
    ResultGoneError,
    ResultsExceededError,
    ServiceError,
)
from picture.serving.openapi import description
from picture.settings import Settings
from tests.conftest import ROOT, LiveService

# What the calls for programs never answer.
OF_THE_PAGE = (PackTooLargeError, ResultGoneError, ResultsExceededError)

# What manifests tell of one of many files.
OF_ONE_OF_MANY = (ArchiveLockedError, ArchiveNestedError)


def test_every_route_of_the_contract_is_described() -> None:
    assert {"/img_txt", "/img_img", "/healthz", "/readyz"} <= description(Settings())[
        "paths"
    ].keys()


def test_every_error_is_described_with_its_status_and_code() -> None:
    paths = description(Settings())["paths"]
    calls = [paths["/img_txt"]["post"], paths["/jobs"]["post"], paths["/jobs/{job}/result"]["get"]]
    for failure in set(ServiceError.__subclasses__()) - {*OF_THE_PAGE, *OF_ONE_OF_MANY}:
        told = [call["responses"].get(str(failure.status), {}) for call in calls]
        assert any(failure.code in answer.get("description", "").split(" or ") for answer in told)


def test_every_error_says_a_sentence_and_names_itself_once() -> None:
    failures: list[type[ServiceError]] = [ServiceError, *ServiceError.__subclasses__()]
    assert len({failure.code for failure in failures}) == len(failures)
    for failure in failures:
        assert failure.sentence.endswith(".")
        assert re.fullmatch(r"[a-z_]+", failure.code)


def test_keys_are_described_only_where_they_are_needed() -> None:
    assert "security" not in description(Settings())
    assert "security" in description(Settings(api_keys="one"))


def test_health_needs_no_key_and_counts_do() -> None:
    paths = description(Settings(api_keys="one"))["paths"]
    assert [paths[path]["get"]["security"] for path in ("/healthz", "/readyz")] == [[], []]
    assert "security" not in paths["/metrics"]["get"]
    assert "401" in paths["/metrics"]["get"]["responses"]


def test_the_live_service_keeps_to_its_description(live: LiveService) -> None:
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            "run",
            f"{live.url}/openapi.json",
            "--max-examples=15",
            "--seed=1",
            "--generation-deterministic",
            "--suppress-health-check=all",
            "--no-color",
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr
