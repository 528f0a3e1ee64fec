"""What makes the jobs a service: who may ask, who waits, what is kept, what is told."""

from picture.serving import options
from picture.serving.archive import pack
from picture.serving.backlog import Backlog, Job
from picture.serving.backlog import Request as JobRequest
from picture.serving.cache import Cache
from picture.serving.capabilities import capabilities
from picture.serving.connection import is_gone, stream
from picture.serving.deadline import Deadline
from picture.serving.disk import DiskStore
from picture.serving.folder import locks
from picture.serving.foreman import Foreman
from picture.serving.form import FormParser
from picture.serving.guard import HEADERS, Keys, refuse_cross_site
from picture.serving.items import TAKE_MANY, Item, Sent, unpack
from picture.serving.languages import Languages
from picture.serving.logs import LogfmtFormatter
from picture.serving.logs import configuration as log_configuration
from picture.serving.memory import Memory
from picture.serving.names import Names, cleaned, shown
from picture.serving.openapi import description
from picture.serving.proxies import TrustedProxies
from picture.serving.queue import Queue
from picture.serving.rate import RateLimit
from picture.serving.readings import Readings
from picture.serving.replicas import RedisStore
from picture.serving.results import is_drawing, is_jpeg, is_pdf
from picture.serving.shared import SharedResults
from picture.serving.shelf import Kept, Measure, Shelf
from picture.serving.source import UNBOUNDED, Allowance, Content, Order, Source, opened
from picture.serving.storage import Storage, Upload, discard
from picture.serving.targets import (
    CALLS,
    IMAGE,
    JSON,
    MANNERS,
    PDF,
    TARGETS,
    TO,
    Target,
    read_target,
    read_targets,
)
from picture.serving.worker import Worker

__all__ = [
    "CALLS",
    "HEADERS",
    "IMAGE",
    "JSON",
    "MANNERS",
    "PDF",
    "TAKE_MANY",
    "TARGETS",
    "TO",
    "UNBOUNDED",
    "Allowance",
    "Backlog",
    "Cache",
    "Content",
    "Deadline",
    "DiskStore",
    "Foreman",
    "FormParser",
    "Item",
    "Job",
    "JobRequest",
    "Kept",
    "Keys",
    "Languages",
    "LogfmtFormatter",
    "Measure",
    "Memory",
    "Names",
    "Order",
    "Queue",
    "RateLimit",
    "Readings",
    "RedisStore",
    "Sent",
    "SharedResults",
    "Shelf",
    "Source",
    "Storage",
    "Target",
    "TrustedProxies",
    "Upload",
    "Worker",
    "capabilities",
    "cleaned",
    "description",
    "discard",
    "is_drawing",
    "is_gone",
    "is_jpeg",
    "is_pdf",
    "locks",
    "log_configuration",
    "opened",
    "options",
    "pack",
    "read_target",
    "read_targets",
    "refuse_cross_site",
    "shown",
    "stream",
    "unpack",
]
