import numpy as np
import pytest

from picture.redraw import erase


@pytest.mark.parametrize("most", [200_000, 2_000])
def test_ink_on_a_texture_is_painted_over_however_much_there_is(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erase, "_MOST_INPAINTED", most)
    region = np.random.default_rng(0).integers(120, 200, (300, 400, 3), np.uint8)
    inked = np.zeros((300, 400), np.uint8)
    for left in range(40, 360, 40):
        inked[60:240, left : left + 14] = 255
    region[inked > 0] = 0
    painted = erase._inpainted(region, inked)
    assert painted.shape == region.shape
    # No ink shines through, and its place is as bright as the paper.
    assert painted[inked > 0].min() > 90
    assert abs(float(painted[inked > 0].mean()) - 160) < 12
