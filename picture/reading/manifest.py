"""The description of a model that PaddleX reads beside its weights (inference.yml)."""

from __future__ import annotations

from typing import Any

from picture.reading.weights import RECOGNITION_WIDTH, Weights


def describe(weights: Weights, characters: list[str] | None) -> dict[str, Any]:
    """Return what inference.yml says: how pixels go in, and what comes out."""
    if weights.task == "det":
        steps, result = _detection_steps(weights.box_threshold)
    else:
        steps, result = _recognition_steps(characters or [])
    return {
        "Global": {"model_name": weights.name},
        "PreProcess": {"transform_ops": steps},
        "PostProcess": result,
    }


Steps = tuple[list[dict[str, Any]], dict[str, Any]]

_IMAGENET = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225], "scale": 1 / 255}


def _detection_steps(box_threshold: float) -> Steps:
    steps: list[dict[str, Any]] = [
        {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
        {"DetResizeForTest": None},
        {"NormalizeImage": {**_IMAGENET, "order": "hwc"}},
        {"ToCHWImage": None},
    ]
    result = {
        "name": "DBPostProcess",
        "thresh": 0.2,
        "box_thresh": box_threshold,
        "max_candidates": 3000,
        "unclip_ratio": 1.8,
    }
    return steps, result


def _recognition_steps(characters: list[str]) -> Steps:
    steps: list[dict[str, Any]] = [
        {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
        {"RecResizeImg": {"image_shape": [3, 48, RECOGNITION_WIDTH]}},
    ]
    # PaddleX takes a string of characters as well as a list of them, and YAML
    # reads it a hundred times faster: a second and more of every start.
    whole = "".join(characters)
    usable = whole if len(whole) == len(characters) else characters
    return steps, {"name": "CTCLabelDecode", "character_dict": usable}
