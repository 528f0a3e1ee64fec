"""Percentiles told from counts."""

from __future__ import annotations

import numpy as np
import pytest

from picture.redraw.arrays import count_levels, percentile_of


@pytest.mark.parametrize("percent", [0, 3, 50, 75, 97, 100])
@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (7, 11), (40, 300)])
def test_counted_percentiles_are_those_of_numpy(shape: tuple[int, int], percent: float) -> None:
    mask = np.random.default_rng(5).integers(0, 256, shape).astype(np.uint8)
    found = percentile_of(count_levels(mask), percent)
    assert found == pytest.approx(np.percentile(mask, percent))


def test_only_pixels_within_a_mask_are_counted() -> None:
    mask = np.array([[10, 20], [30, 40]], np.uint8)
    counts = count_levels(mask, np.array([[1, 0], [0, 255]], np.uint8))
    assert {level: int(count) for level, count in enumerate(counts) if count} == {10: 1, 40: 1}
