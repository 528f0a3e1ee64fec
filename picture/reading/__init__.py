"""From untrusted bytes to upright pictures, and from pictures to the text on them."""

from picture.reading.decode import FORMATS, Cost, Picture, decode, measure
from picture.reading.engine import Engine, fingerprint, prepare_models
from picture.reading.work import NOBODY, Asker

__all__ = [
    "FORMATS",
    "NOBODY",
    "Asker",
    "Cost",
    "Engine",
    "Picture",
    "decode",
    "fingerprint",
    "measure",
    "prepare_models",
]
