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
        ("sse", ""),
        ("avx2", "avx2"),
        ("avx2 avx_vnni", "int8 avx2"),
        ("avx2 avx512_vnni avx512_bf16", "bfloat16 int8 avx2"),
        ("avx2 amx_int8 amx_bf16", "bfloat16 int8 amx avx2"),
        ("asimd bf16", "bfloat16"),
    ],
)
def test_what_a_processor_can_do_follows_from_them(
    flags: str, can: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processor, "instructions", lambda: frozenset(flags.split()))
    asked = {
        "bfloat16": processor.has_bfloat16,
        "int8": processor.has_int8,
        "amx": processor.has_amx,
        "avx2": processor.has_avx2,
    }
    assert [name for name, has in asked.items() if has()] == can.split()
