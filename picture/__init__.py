"""A picture in, its text or a clean picture out."""

from picture import machine, privacy

# Before any module imports OpenCV, whose own message names no package.
machine.require()
privacy.keep_quiet()
