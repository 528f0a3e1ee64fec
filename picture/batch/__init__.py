"""Many files: found, given to those who make something of them, kept and told of."""

from picture.batch.agents import AgentsUnavailableError, serve_agents
from picture.batch.client import ServiceMaker, ServiceUnreachableError
from picture.batch.cluster import ClusterMaker, connect, room
from picture.batch.folder import walk
from picture.batch.ledger import Ledger, LedgerHeldError
from picture.batch.process import ProcessMaker
from picture.batch.progress import Display
from picture.batch.run import Report, Run, Wish
from picture.batch.task import FailureError, Made, Maker, Task, ending, sent_name

__all__ = [
    "AgentsUnavailableError",
    "ClusterMaker",
    "Display",
    "FailureError",
    "Ledger",
    "LedgerHeldError",
    "Made",
    "Maker",
    "ProcessMaker",
    "Report",
    "Run",
    "ServiceMaker",
    "ServiceUnreachableError",
    "Task",
    "Wish",
    "connect",
    "ending",
    "room",
    "sent_name",
    "serve_agents",
    "walk",
]
