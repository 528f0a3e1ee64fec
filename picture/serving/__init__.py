"""What makes the jobs a service: who may ask, who waits, what is kept, what is told."""

from picture.serving.cache import Cache
from picture.serving.connection import is_gone
from picture.serving.deadline import Deadline
from picture.serving.form import FormParser
from picture.serving.guard import HEADERS, Keys, refuse_cross_site
from picture.serving.logs import LogfmtFormatter
from picture.serving.logs import configuration as log_configuration
from picture.serving.memory import Memory
from picture.serving.openapi import description
from picture.serving.proxies import TrustedProxies
from picture.serving.queue import Queue
from picture.serving.rate import RateLimit
from picture.serving.results import is_drawing, is_page, is_text
from picture.serving.shared import SharedResults
from picture.serving.storage import Storage, Upload, discard
from picture.serving.worker import Worker

__all__ = [
    "HEADERS",
    "Cache",
    "Deadline",
    "FormParser",
    "Keys",
    "LogfmtFormatter",
    "Memory",
    "Queue",
    "RateLimit",
    "SharedResults",
    "Storage",
    "TrustedProxies",
    "Upload",
    "Worker",
    "description",
    "discard",
    "is_drawing",
    "is_gone",
    "is_page",
    "is_text",
    "log_configuration",
    "refuse_cross_site",
]
