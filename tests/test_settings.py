from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from picture import processor
from picture.settings import (
    Settings,
    SettingsError,
    _cgroup_cpus,
    available_cpus,
    table,
    unknown,
    variable,
)

TABLE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"


def test_without_variables_every_setting_has_its_default() -> None:
    assert Settings.from_environment({}) == Settings()


def test_variables_set_the_settings() -> None:
    settings = Settings.from_environment(
        {"OCR_PORT": "8080", "OCR_KEEP_FILES": "Yes", "OCR_UNCLIP": "1.5", "OCR_MODEL": "x"}
    )
    assert (settings.port, settings.keep_files, settings.unclip) == (8080, True, 1.5)
    assert settings.model == "x"


def test_an_empty_variable_means_the_default() -> None:
    assert Settings.from_environment({"OCR_PORT": " "}).port == 5001


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(
            {
                "OCR_PORT": "many",
                "OCR_DEADLINE": "nan",
                "OCR_ENGINE": "steam",
                "OCR_KEEP_FILES": "maybe",
                "OCR_MAX_SIDE": "99999999",
                "OCR_RATE_LIMIT": "lots",
            }
        )
    assert set(str(caught.value).splitlines()) == {
        "OCR_PORT must be a whole number, not 'many'",
        "OCR_DEADLINE must be from 0.1 to 3,600, not nan",
        "OCR_ENGINE must be one of auto, openvino, onnxruntime, paddle, not 'steam'",
        "OCR_KEEP_FILES must be true or false, not 'maybe'",
        "OCR_MAX_SIDE must be from 32 to 30,000, not 99999999",
        "OCR_RATE_LIMIT couldn't parse rate limit string 'lots'",
    }


def test_every_setting_within_bounds_has_a_default_within_them() -> None:
    for item in fields(Settings):
        least, most = (item.metadata["bounds"][end] for end in ("least", "most"))
        assert least is None or least <= item.default <= most, variable(item)


def test_the_documents_list_every_setting() -> None:
    assert table() in TABLE.read_text()


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("OCR_API_KEY", "Did you mean OCR_API_KEYS?"),
        ("OCR_MAX_BODY", "Did you mean OCR_MAX_BODY_MB?"),
        ("OCR_FLAVOUR", ""),
    ],
)
def test_a_variable_that_is_no_setting_is_told_with_the_nearest(name: str, hint: str) -> None:
    assert unknown({name: "x", "OCR_PORT": "80", "PATH": "/"}) == [(name, hint)]


def test_what_kubernetes_sets_for_a_service_of_this_name_is_let_be() -> None:
    names = ["OCR_SERVICE_HOST", "OCR_SERVICE_PORT_HTTP", "OCR_PORT_80_TCP", "OCR_PORT_80_TCP_ADDR"]
    assert unknown(dict.fromkeys(names, "10.0.0.1")) == []
    with pytest.raises(SettingsError, match="set enableServiceLinks to false"):
        Settings.from_environment({"OCR_PORT": "tcp://10.0.0.1:80"})


@pytest.mark.parametrize(
    ("engine", "pair"),
    [("onnxruntime", "PP-OCRv6_small"), ("paddle", "PP-OCRv4_mobile")],
)
def test_the_model_is_chosen_by_what_the_engine_can_load(engine: str, pair: str) -> None:
    assert Settings(engine=engine).model_pair == pair
    assert Settings(engine=engine, model="PP-OCRv6_tiny").model_pair == "PP-OCRv6_tiny"


def test_keys_that_are_none_do_not_open_the_service() -> None:
    with pytest.raises(SettingsError, match="OCR_API_KEYS must be one key or more"):
        Settings.from_environment({"OCR_API_KEYS": " , "})


def test_a_network_of_proxies_that_is_none_is_refused() -> None:
    assert len(Settings(proxy_networks="10.1.2.3, fd00::/8,").proxies) == 2
    for wrong in ("10.0.0.0/33", "proxy", "10.0.0.1/8"):
        with pytest.raises(SettingsError, match="OCR_PROXY_NETWORKS"):
            Settings.from_environment({"OCR_PROXY_NETWORKS": wrong})


def test_threads_share_the_cpus_among_the_workers() -> None:
    settings = Settings(workers=available_cpus())
    assert settings.engine_threads == 1
    assert Settings(threads=3).engine_threads == 3


def test_a_container_quota_bounds_the_cpus(tmp_path: Path) -> None:
    (tmp_path / "cpu.max").write_text("150000 100000\n")
    assert _cgroup_cpus(tmp_path) == 1.5
    (tmp_path / "cpu.max").write_text("max 100000\n")
    assert _cgroup_cpus(tmp_path) > 1000


def test_an_old_container_quota_bounds_the_cpus(tmp_path: Path) -> None:
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text("200000\n")
    (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000\n")
    assert _cgroup_cpus(tmp_path) == 2.0


def test_without_a_quota_affinity_alone_counts(tmp_path: Path) -> None:
    assert _cgroup_cpus(tmp_path) > 1000


@pytest.mark.parametrize(
    ("flags", "values", "chosen"),
    [
        ("avx2 avx512_bf16 avx512_vnni", {}, ("openvino", "int8")),
        ("avx2 avx512_bf16 avx512_vnni", {"precision": "f32"}, ("onnxruntime", "f32")),
        ("avx2 avx512_bf16 avx512_vnni", {"precision": "bf16"}, ("openvino", "bf16")),
        ("avx2 avx512_bf16 avx512_vnni", {"model": "PP-OCRv6_tiny"}, ("openvino", "int8")),
        ("avx2 avx512_bf16 avx512_vnni", {"model": "PP-OCRv6_medium"}, ("openvino", "bf16")),
        ("avx2 avx512_bf16 avx512_vnni", {"model_dir": "own"}, ("openvino", "bf16")),
        ("avx2 avx512_bf16 avx512_vnni", {"device": "gpu"}, ("onnxruntime", "f32")),
        ("avx2 avx512_bf16 avx512_vnni", {"engine": "onnxruntime"}, ("onnxruntime", "f32")),
        ("avx2 avx512_bf16 avx512_vnni", {"engine": "paddle"}, ("paddle", "f32")),
        ("avx2 avx512_vnni amx_bf16 amx_int8", {}, ("openvino", "bf16")),
        ("avx2 avx512_vnni amx_bf16 amx_int8", {"precision": "int8"}, ("openvino", "int8")),
        ("avx2", {}, ("openvino", "int8")),
        ("avx2", {"model": "PP-OCRv6_tiny"}, ("onnxruntime", "f32")),
        ("avx2", {"model": "PP-OCRv6_tiny", "precision": "int8"}, ("openvino", "int8")),
        ("avx2", {"engine": "onnxruntime", "precision": "int8"}, ("onnxruntime", "int8")),
        ("avx2", {"model_dir": "own"}, ("onnxruntime", "f32")),
        ("asimd bf16", {}, ("openvino", "bf16")),
        ("sse4_2", {}, ("onnxruntime", "f32")),
    ],
)
def test_engine_and_precision_are_chosen_by_what_the_machine_can_do(
    flags: str,
    values: dict[str, Any],
    chosen: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(processor, "instructions", lambda: frozenset(flags.split()))
    settings = Settings(**values)
    assert (settings.runtime, settings.arithmetic) == chosen


def test_requests_are_counted_where_results_are_shared_unless_told_otherwise() -> None:
    assert Settings(cache_url="redis://one").counter_url == "redis://one"
    assert Settings(cache_url="redis://one", rate_limit_url="redis://two").counter_url == (
        "redis://two"
    )


def test_a_secret_stands_in_no_message() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({"OCR_CACHE_KEY": "hunter2"})
    assert str(caught.value) == "OCR_CACHE_KEY must be 16 characters or more"
    secrets = {"cache_key", "api_keys", "cache_url", "rate_limit_url"}
    assert "hunter2" not in repr(Settings(**dict.fromkeys(secrets, "hunter2")))  # type: ignore[arg-type]
