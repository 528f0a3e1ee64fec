"""Every setting: its default, unit, environment variable and bounds."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, dataclass, field, fields
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from limits import parse_many
from redis.connection import parse_url

from picture import processor

PREFIX = "OCR_"
ENGINES = ("auto", "openvino", "onnxruntime", "paddle")
PRECISIONS = ("auto", "int8", "bf16", "f32")
TESSERACT, PADDLEOCR = "tesseract", "paddleocr"
LOG_LEVELS = ("debug", "info", "warning", "error")

# What a worker takes beside pictures: its engine with all it prepares, and the rest.
_ENGINE_BYTES = {"openvino": 1_200_000_000, "onnxruntime": 900_000_000, "paddle": 1_500_000_000}
_USUAL_PICTURE_BYTES = 750_000_000
_LEAST_PICTURE_BYTES = 150_000_000

_TRUE = ("1", "true", "yes", "on")
_FALSE = ("0", "false", "no", "off")

# Kubernetes sets such variables in every container beside a service named "ocr".
_FROM_KUBERNETES = re.compile(r"OCR_SERVICE_(HOST|PORT)(_\w+)?|OCR_PORT_\d+_(TCP|UDP)(_\w+)?")


class SettingsError(Exception):
    """Settings that cannot be used; the text names each and says why."""


def _setting(
    default: Any,
    meaning: str,
    *,
    least: float | None = None,
    most: float | None = None,
    choices: tuple[str, ...] = (),
    parse: Callable[[str], object] | None = None,
) -> Any:
    bounds = {"least": least, "most": most, "choices": choices, "parse": parse}
    return field(default=default, metadata={"meaning": meaning, "bounds": bounds})


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def _secret(meaning: str, parse: Callable[[str], object]) -> Any:
    """Describe a setting that may hold a secret: it is left out where all are shown."""
    item = _setting("", meaning, parse=parse)
    item.repr = False
    return item


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the service can be told, each field by the variable OCR_<NAME>."""

    host: str = _setting("0.0.0.0", "Address to listen on.")  # noqa: S104 - the contract's default
    port: int = _setting(5001, "Port to listen on.", least=1, most=65535)
    workers: int = _setting(0, "Worker processes; 0 chooses from the CPUs.", least=0, most=256)
    threads: int = _setting(
        0, "CPU threads of one worker's engine; 0 shares the CPUs out.", least=0, most=256
    )
    model: str = _setting(
        "auto",
        "Model pair: `PP-OCRv6_small`, `PP-OCRv6_tiny`, `PP-OCRv4_mobile` or any PaddleOCR name; "
        "`auto` is the first, with `OCR_ENGINE=paddle` the third.",
    )
    model_dir: str = _setting(
        "",
        "Folder of your own that holds `<model>_det` and `<model>_rec`; empty: `models/`. "
        "Relative to the service's own.",
    )
    engine: str = _setting(
        "auto",
        "What runs the models: `openvino` (fastest in int8 and bfloat16), `onnxruntime` (less "
        "memory, GPUs) or `paddle`; `auto` chooses of the first two.",
        choices=ENGINES,
    )
    precision: str = _setting(
        "auto",
        "What the models compute in: `int8`, `bf16` or `f32`; `auto` is the first that makes "
        "this CPU faster.",
        choices=PRECISIONS,
    )
    device: str = _setting(
        "cpu",
        "Device, as PaddleOCR names it: `cpu`, `gpu`, `gpu:1`.",
        parse=lambda text: _match(r"cpu|gpu(:\d+)?", text, "cpu, gpu or gpu:<number>"),
    )
    langs: str = _setting(
        "auto",
        "Languages that pictures may be in, as tags with commas between: `en,ru,ko`. Those of "
        "Latin, Chinese and Japanese letters are read in any case; `auto` is the usual ones "
        "of other scripts.",
    )
    script_engine: str = _setting(
        TESSERACT,
        "What reads scripts that the main model lacks: `tesseract`, or `paddleocr`, whose "
        "recognisers come from its model hub or stand in `OCR_MODEL_DIR`, where it has one.",
        choices=(TESSERACT, PADDLEOCR),
    )
    orientation: str = _setting(
        "auto",
        "How pictures are turned before they are read, where a request says nothing: `auto` "
        "turns those upright whose text lies on its side or its head, a number is degrees to "
        "the left.",
        choices=("auto", "0", "90", "180", "270"),
    )
    detection_side: int = _setting(
        1280, "Longest side, in pixels, at which text is looked for.", least=320, most=4000
    )
    unclip: float = _setting(
        1.8, "How far a found text box is widened, as a ratio.", least=1.0, most=3.0
    )
    redraw_min_score: float = _setting(
        0.4,
        "How much of a line must likely be right for it to be drawn anew, 0 to 1; others stay "
        "as the picture shows them. `min_score` of a request goes first.",
        least=0,
        most=1,
    )
    queue_size: int = _setting(
        16, "Pictures that may wait for one worker's engine.", least=1, most=10_000
    )
    deadline: float = _setting(
        60.0, "Seconds a request may take before it is given up.", least=0.1, most=3600
    )
    max_lines: int = _setting(
        4000,
        "Text that one picture may hold, in lines of usual length (a full newspaper page: 500).",
        least=1,
        most=1_000_000,
    )
    read_seconds: float = _setting(
        25.0, "Seconds of the engine that one picture may take.", least=0.1, most=3600
    )
    cache_entries: int = _setting(
        1024, "Results kept in memory per worker; 0 keeps none.", least=0, most=10_000_000
    )
    cache_mb: float = _setting(
        64.0, "Memory for kept results per worker, in megabytes.", least=0, most=1_000_000
    )
    cache_url: str = _secret(
        "Redis or Valkey that workers and machines share results through: `redis://host`.",
        parse=parse_url,
    )
    cache_seconds: int = _setting(
        86_400, "Seconds that a shared result is kept.", least=1, most=31_536_000
    )
    cache_shared_mb: float = _setting(
        4.0,
        "Largest result that is shared, in megabytes; a larger one stays in memory.",
        least=0,
        most=500,
    )
    cache_key: str = _secret(
        "Secret that seals shared results, the same for all that share: one written without it "
        "is not believed. Empty: whoever can write there is.",
        parse=lambda text: _match_secret(r".{16,}", text, "16 characters or more"),
    )
    max_body_mb: float = _setting(
        20.0, "Largest upload, in megabytes (1,000,000 bytes).", least=0.001, most=10_000
    )
    batch_mb: float = _setting(
        500.0, "Largest upload of many files together, in megabytes.", least=0.001, most=100_000
    )
    batch_files: int = _setting(
        500, "Files that may be sent together, those in a zip counted.", least=1, most=100_000
    )
    max_megapixels: float = _setting(
        50.0, "Largest picture, in millions of pixels.", least=0.001, most=1_000
    )
    memory_mb: float = _setting(
        0.0,
        "Memory that pictures may take at once in one worker, in megabytes, beside the "
        "engine's own; 0 chooses from the machine's or container's, 750 at most.",
        least=0,
        most=1_000_000,
    )
    max_side: int = _setting(20_000, "Longest side of a picture, in pixels.", least=32, most=30_000)
    max_pages: int = _setting(
        100, "Pages of a document that one request may have.", least=1, most=10_000
    )
    uploads_dir: str = _setting(
        "uploads", "Folder for uploads while they are handled; relative to the service's own."
    )
    output_dir: str = _setting(
        "output", "Folder for results while they are sent; relative to the service's own."
    )
    keep_files: bool = _setting(
        False, "Keep each upload and result under the picture's SHA-256 (for debugging)."
    )
    result_minutes: float = _setting(
        30.0,
        "Minutes that what was sent by the page is kept on disk since its sender last looked "
        "at it; other calls keep nothing.",
        least=0.1,
        most=10_000,
    )
    result_mb: float = _setting(
        200.0,
        "Room on disk for what was sent by the page, in megabytes; what was looked at "
        "longest ago goes first.",
        least=1,
        most=10_000_000,
    )
    job_pages: int = _setting(
        2000, "Pages of a document that a job may have.", least=1, most=1_000_000
    )
    job_minutes: float = _setting(
        120.0, "Minutes that a job may spend on one file.", least=0.1, most=100_000
    )
    job_hours: float = _setting(
        24.0, "Hours that a job is kept once it is over.", least=0.01, most=10_000
    )
    job_mb: float = _setting(
        2000.0,
        "Room for jobs, what they read and what they made, in megabytes.",
        least=1,
        most=100_000_000,
    )
    job_url: str = _secret(
        "Redis or Valkey that keeps jobs for all replicas, and never drops keys by itself; "
        "empty: the disk, for the workers of one machine.",
        parse=parse_url,
    )
    api_keys: str = _secret(
        "Keys that may use the service, separated by commas; empty: everyone may.",
        parse=lambda text: _match(r".*[^\s,].*", text, "one key or more"),
    )
    rate_limit: str = _setting(
        "",
        "Requests one client may send, such as `30/minute`; empty: no limit.",
        parse=parse_many,
    )
    rate_limit_url: str = _secret(
        "Redis or Valkey that counts requests for all workers and machines; "
        "empty: that of `OCR_CACHE_URL`.",
        parse=parse_url,
    )
    trusted_proxies: int = _setting(
        1,
        "Reverse proxies in a row in front, whose forwarding headers are believed; "
        "0 where clients reach the service directly.",
        least=0,
        most=10,
    )
    # Who comes from the open internet has none of these addresses, while Nginx
    # on the same machine, in a container beside this one or in a pod has one.
    proxy_networks: str = _setting(
        "127.0.0.0/8, ::1, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, fc00::/7",
        "Addresses and networks of the proxy that talks to the service, separated by commas; "
        "forwarding headers from elsewhere are ignored.",
        parse=_networks,
    )
    client_seconds: float = _setting(
        20.0,
        "Seconds a client may take to send a request or to take an answer, beyond those it "
        "needs at 10 kB a second.",
        least=1,
        most=3600,
    )
    client_connections: int = _setting(
        64,
        "Connections one client may have to a worker; addresses of private networks, such as a "
        "proxy's, may have any number.",
        least=1,
        most=100_000,
    )
    connections: int = _setting(
        1000,
        "Connections to a worker; beyond them the one that has waited longest for its client "
        "is closed.",
        least=16,
        most=100_000,
    )
    log_level: str = _setting("info", "Least severe message that is logged.", choices=LOG_LEVELS)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings from OCR_* variables.

        Raises SettingsError that lists every variable that cannot be used.
        """
        values: dict[str, Any] = {}
        problems = [f"{name} is no setting. {hint}" for name, hint in unknown(environ) if hint]
        for item in fields(cls):
            try:
                values |= _read(item, environ)
            except ValueError as error:
                problems.append(f"{variable(item)} {error}")
        if problems:
            raise SettingsError("\n".join(problems))
        return cls(**values)

    @property
    def model_pair(self) -> str:
        """Return the model pair: as set, else the best that the engine can load."""
        if self.model != "auto":
            return self.model
        return "PP-OCRv4_mobile" if self.runtime == "paddle" else "PP-OCRv6_small"

    @property
    def worker_count(self) -> int:
        """Return the worker processes: as set, else one for every two CPUs."""
        return self.workers or max(1, available_cpus() // 2)

    @property
    def engine_threads(self) -> int:
        """Return the threads of one worker's engine: as set, else its share of the CPUs."""
        return self.threads or max(1, available_cpus() // self.worker_count)

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys that may use the service; none means that everyone may."""
        return tuple(key.strip() for key in self.api_keys.split(",") if key.strip())

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Return the networks whose forwarding headers are believed."""
        return _networks(self.proxy_networks)

    @property
    def runtime(self) -> str:
        """Return what runs the models: the engine as set, else the best for this machine."""
        if self.engine != "auto":
            return self.engine
        if self.device != "cpu":
            return "onnxruntime"
        return "onnxruntime" if self._wanted_arithmetic() == "f32" else "openvino"

    @property
    def arithmetic(self) -> str:
        """Return what the models compute in: as set, else the quickest for this machine."""
        if self.precision == "auto" and self.runtime != "openvino":
            return "f32"
        return self._wanted_arithmetic()

    @property
    def about(self) -> dict[str, str]:
        """Return what pictures are read with, as answers tell it."""
        return {
            "model": self.model_pair,
            "engine": self.runtime,
            "precision": self.arithmetic,
        }

    def _wanted_arithmetic(self) -> str:
        if self.precision != "auto":
            return self.precision
        if not self.model_dir and _gains_by_int8(self.model):
            return "int8"
        return "bf16" if processor.has_bfloat16() else "f32"

    @property
    def max_body_bytes(self) -> int:
        """Return the largest upload in bytes."""
        return int(self.max_body_mb * 1_000_000)

    @property
    def max_batch_bytes(self) -> int:
        """Return the largest upload of many files in bytes."""
        return int(self.batch_mb * 1_000_000)

    @property
    def job_bytes(self) -> int:
        """Return the room for jobs in bytes."""
        return int(self.job_mb * 1_000_000)

    @property
    def max_pixels(self) -> int:
        """Return the largest picture in pixels."""
        return int(self.max_megapixels * 1_000_000)

    @property
    def picture_bytes(self) -> int:
        """Return the memory that pictures may take in one worker: as set, else what is free."""
        if self.memory_mb:
            return int(self.memory_mb * 1_000_000)
        share = available_memory() // self.worker_count - _ENGINE_BYTES[self.runtime]
        return max(_LEAST_PICTURE_BYTES, min(_USUAL_PICTURE_BYTES, share))

    @property
    def cache_bytes(self) -> int:
        """Return the memory for kept results in bytes."""
        return int(self.cache_mb * 1_000_000)

    @property
    def shared_bytes(self) -> int:
        """Return the largest result that is shared in bytes."""
        return int(self.cache_shared_mb * 1_000_000)

    @property
    def counter_url(self) -> str:
        """Return where requests are counted: as set, else where results are shared."""
        return self.rate_limit_url or self.cache_url


def _gains_by_int8(model: str) -> bool:
    """Tell whether a pair of models is quicker in integers here, and reads as well."""
    if processor.has_amx():
        # Tiles of bfloat16 are quicker than integers without tiles, and OpenVINO has tiles of
        # integers for few of these models' layers.
        return False
    if model == "PP-OCRv6_tiny":
        # In two steps it gains nothing, and sums that overflow cost it accuracy.
        return processor.has_int8()
    return model in ("auto", "PP-OCRv6_small") and (processor.has_int8() or processor.has_avx2())


def variable(item: Field[Any]) -> str:
    """Return the environment variable of a field of Settings."""
    return PREFIX + item.name.upper()


def unknown(environ: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return each variable that looks like a setting and is none, with the nearest one named."""
    known = [variable(item) for item in fields(Settings)]
    names = [name for name in environ if name.startswith(PREFIX) and name not in known]
    return [(name, nearest(name, known)) for name in names if not _FROM_KUBERNETES.fullmatch(name)]


def nearest(word: str, known: Iterable[str]) -> str:
    """Ask whether the nearest of the known words was meant, if any is near."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.75)
    return f"Did you mean {close[0]}?" if close else ""


def table() -> str:
    """Return every setting as a Markdown table, for the README."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for item in fields(Settings):
        rows.append(f"| `{variable(item)}` | {_shown(item.default)} | {item.metadata['meaning']} |")
    return "\n".join(rows)


def _shown(default: object) -> str:
    if default == "":
        return "empty"
    return f"`{str(default).lower()}`" if isinstance(default, bool) else f"`{default}`"


def _read(item: Field[Any], environ: Mapping[str, str]) -> dict[str, Any]:
    text = environ.get(variable(item), "").strip()
    if not text:
        return {}
    value = _parse(text, type(item.default))
    _check(value, **item.metadata["bounds"])
    return {item.name: value}


def _parse(text: str, kind: type) -> Any:
    if kind is bool:
        return _parse_bool(text)
    try:
        return kind(text)
    except ValueError:
        if text.startswith("tcp://"):
            raise ValueError(_KUBERNETES) from None
        name = "a whole number" if kind is int else "a number"
        raise ValueError(f"must be {name}, not {text!r}") from None


_KUBERNETES = (
    "is set by Kubernetes for a service named “ocr”: "
    "set enableServiceLinks to false in the pod, or name the service otherwise"
)


def _match(pattern: str, text: str, meaning: str) -> None:
    if text and not re.fullmatch(pattern, text):
        raise ValueError(f"must be {meaning}, not {text!r}")


def _match_secret(pattern: str, text: str, meaning: str) -> None:
    # What was set may not stand in a message.
    if not re.fullmatch(pattern, text):
        raise ValueError(f"must be {meaning}")


def _parse_bool(text: str) -> bool:
    if text.lower() not in _TRUE + _FALSE:
        raise ValueError(f"must be true or false, not {text!r}")
    return text.lower() in _TRUE


def _check(
    value: Any,
    least: float | None,
    most: float | None,
    choices: tuple[str, ...],
    parse: Callable[[str], object] | None,
) -> None:
    if choices and value not in choices:
        raise ValueError(f"must be one of {', '.join(choices)}, not {value!r}")
    # Written so that NaN fails, too.
    if least is not None and most is not None and not least <= value <= most:
        raise ValueError(f"must be from {least:,} to {most:,}, not {value!r}")
    if parse is not None:
        parse(value)  # raises ValueError


def available_memory() -> int:
    """Return the bytes of memory that this process may use, by machine and cgroup."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min(machine, _cgroup_memory(Path("/sys/fs/cgroup")))


def _cgroup_memory(root: Path) -> int:
    """Return the memory of the container in bytes, or a lot without a bound (v2, then v1)."""
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        try:
            text = (root / name).read_text().strip()
        except OSError:
            continue
        return int(text) if text.isdigit() else sys.maxsize
    return sys.maxsize


def available_cpus() -> int:
    """Return how many CPUs this process may use, by affinity and cgroup quota."""
    allowed = len(os.sched_getaffinity(0))
    return max(1, min(allowed, int(_cgroup_cpus(Path("/sys/fs/cgroup")))))


def _cgroup_cpus(root: Path) -> float:
    """Return the CPU quota of the container, or infinity without one (v2, then v1)."""
    try:
        quota, period = (root / "cpu.max").read_text().split()
    except (OSError, ValueError):
        try:
            quota = (root / "cpu" / "cpu.cfs_quota_us").read_text().strip()
            period = (root / "cpu" / "cpu.cfs_period_us").read_text().strip()
        except OSError:
            return 1e9
    return int(quota) / int(period) if quota not in ("max", "-1") else 1e9


if __name__ == "__main__":
    print(table())
