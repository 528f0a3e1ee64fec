"""How gunicorn runs the service: see https://docs.gunicorn.org/en/stable/settings.html."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def lock(folder: Path) -> int | None:
    """Hold a folder for as long as this process or a worker of it runs, if no other holds it."""
    try:
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return None  # another user's, or gone
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        return None
    return held


def sweep_metrics() -> None:
    """Remove the counts of services that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{METRICS_PREFIX}*"):
        held = lock(folder)
        if held is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(held)


def metrics_folder() -> Path:
    """Make the folder for this service's counts."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=METRICS_PREFIX))
        # Another service may start now and take it for a killed one's.
        if lock(folder) is not None and folder.exists():
            return folder


# Not the name that a version without locks gave: its services may be running.
METRICS_PREFIX = "ocr-counts-"
METRICS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"

# Workers share their counts through files, and prometheus_client looks for this
# when it is first imported. A reload finds it set.
if METRICS_VARIABLE not in os.environ:
    sweep_metrics()
    os.environ[METRICS_VARIABLE] = str(metrics_folder())

from gunicorn.arbiter import Arbiter  # noqa: E402
from prometheus_client import multiprocess  # noqa: E402

from picture.serving import Storage, Worker, log_configuration  # noqa: E402
from picture.settings import Settings  # noqa: E402

_settings = Settings.from_environment()

bind = f"{_settings.host}:{_settings.port}"
chdir = str(ROOT)
workers = _settings.worker_count
# Slow clients wait in its poller: a thread is for a request that has arrived whole.
worker_class = Worker
worker_connections = _settings.connections
# Some threads wait for the engine. The rest answer what the cache holds and
# refuse what is too much.
threads = 2 * _settings.queue_size + 16
# ONNX Runtime's threads do not survive a fork: each worker loads its own model.
preload_app = False
timeout = 120
graceful_timeout = int(_settings.deadline) + 10
keepalive = 5
logconfig_dict = log_configuration(_settings.log_level)
# TrustedProxies alone decides which forwarding headers count.
forwarded_allow_ips = ""
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
control_socket_disable = True
# Heartbeat files belong in memory where there is such a place: a slow disk
# must not look like a dead worker.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108


def on_starting(_: Any) -> None:
    """Remove what a service that was killed left behind."""
    Storage.of(_settings, ROOT).sweep_dead()


def worker_exit(_: Any, worker: Any) -> None:
    """End the engine: its native threads must not outlive the interpreter."""
    app = getattr(worker.app, "callable", None)
    if app is None:
        return
    app.extensions["ocr"].foreman.stop()
    engine = app.extensions["ocr"].engine
    engine.close()
    if engine.failed_to_start:
        # The next worker would fail as well: gunicorn ends instead of trying for ever.
        sys.exit(Arbiter.WORKER_BOOT_ERROR)


def child_exit(_: Any, worker: Any) -> None:
    """Remove what a worker left behind, however it ended."""
    Storage.of(_settings, ROOT).sweep(worker.pid)
    multiprocess.mark_process_dead(worker.pid)


def on_exit(_: Any) -> None:
    """Remove the workers' counts."""
    shutil.rmtree(os.environ[METRICS_VARIABLE], ignore_errors=True)
