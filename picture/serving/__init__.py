"""What makes the jobs a service: who may ask, who waits, what is kept, what is told."""

from picture.serving.cache import Cache
from picture.serving.deadline import Deadline
from picture.serving.guard import HEADERS, RateLimit, refuse_cross_site, require_key
from picture.serving.logs import LogfmtFormatter
from picture.serving.logs import configuration as log_configuration
from picture.serving.openapi import description
from picture.serving.queue import Queue
from picture.serving.shared import SharedResults
from picture.serving.storage import Storage, Upload, discard
from picture.serving.worker import Worker

__all__ = [
    "HEADERS",
    "Cache",
    "Deadline",
    "LogfmtFormatter",
    "Queue",
    "RateLimit",
    "SharedResults",
    "Storage",
    "Upload",
    "Worker",
    "description",
    "discard",
    "log_configuration",
    "refuse_cross_site",
    "require_key",
]
