from pathlib import Path

import pytest

from picture import processor


def test_instructions_are_those_that_linux_lists(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("model name\t: Any\nflags\t\t: sse avx2 avx512_vnni\n")
    assert {"avx2", "avx512_vnni"} <= processor.instructions(cpuinfo)


def test_where_nothing_is_listed_there_are_none(tmp_path: Path) -> None:
    assert processor.instructions(tmp_path / "missing") == frozenset()


@pytest.mark.parametrize(
    ("flags", "can"),
    [
        ("sse", (False, False, False)),
        ("avx2", (False, False, True)),
        ("avx2 avx_vnni", (False, True, True)),
        ("avx2 avx512_vnni avx512_bf16", (True, True, True)),
        ("avx2 amx_int8 amx_bf16", (True, True, True)),
        ("asimd bf16", (True, False, False)),
    ],
)
def test_what_a_processor_can_do_follows_from_them(
    flags: str, can: tuple[bool, bool, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processor, "instructions", lambda: frozenset(flags.split()))
    told = (processor.has_bfloat16(), processor.has_int8(), processor.has_avx2())
    assert told == can
