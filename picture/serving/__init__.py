"""What makes the jobs a service: who may ask, who waits, what is kept, what is told."""

from picture.serving import options
from picture.serving.cache import Cache
from picture.serving.capabilities import capabilities
from picture.serving.connection import is_gone
from picture.serving.deadline import Deadline
from picture.serving.form import FormParser
from picture.serving.guard import HEADERS, Keys, refuse_cross_site
from picture.serving.languages import Languages
from picture.serving.logs import LogfmtFormatter
from picture.serving.logs import configuration as log_configuration
from picture.serving.memory import Memory
from picture.serving.openapi import description
from picture.serving.proxies import TrustedProxies
from picture.serving.queue import Queue
from picture.serving.rate import RateLimit
from picture.serving.readings import Readings
from picture.serving.results import is_drawing, is_jpeg, is_pdf
from picture.serving.shared import SharedResults
from picture.serving.shelf import Kept, Measure, Shelf
from picture.serving.source import UNBOUNDED, Order, Source, opened
from picture.serving.storage import Storage, Upload, discard
from picture.serving.targets import CALLS, IMAGE, JSON, PDF, TARGETS, TO, Target, read_target
from picture.serving.worker import Worker

__all__ = [
    "CALLS",
    "HEADERS",
    "IMAGE",
    "JSON",
    "PDF",
    "TARGETS",
    "TO",
    "UNBOUNDED",
    "Cache",
    "Deadline",
    "FormParser",
    "Kept",
    "Keys",
    "Languages",
    "LogfmtFormatter",
    "Measure",
    "Memory",
    "Order",
    "Queue",
    "RateLimit",
    "Readings",
    "SharedResults",
    "Shelf",
    "Source",
    "Storage",
    "Target",
    "TrustedProxies",
    "Upload",
    "Worker",
    "capabilities",
    "description",
    "discard",
    "is_drawing",
    "is_gone",
    "is_jpeg",
    "is_pdf",
    "log_configuration",
    "opened",
    "options",
    "read_target",
    "refuse_cross_site",
]
