"""What this machine's processor has instructions for."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def instructions(cpuinfo: Path = Path("/proc/cpuinfo")) -> frozenset[str]:
    """Return the names of the processor's instruction sets, as Linux lists them."""
    try:
        return frozenset(cpuinfo.read_text(encoding="utf-8").split())
    except OSError:
        return frozenset()


def has_bfloat16() -> bool:
    """Tell whether it computes in floats of sixteen bits."""
    return not instructions().isdisjoint({"avx512_bf16", "amx_bf16", "bf16"})


def has_amx() -> bool:
    """Tell whether it multiplies whole tiles of such floats in one step."""
    return "amx_bf16" in instructions()


def has_int8() -> bool:
    """Tell whether it multiplies and adds up integers of eight bits in one step."""
    return not instructions().isdisjoint({"avx512_vnni", "avx_vnni", "amx_int8"})


def has_avx2() -> bool:
    """Tell whether it does so in two steps, which is quick still, of 256 bits."""
    return "avx2" in instructions()
