"""A Debian of its own in a folder: made with debootstrap, entered with chroot.

What a tool mounts and starts lives in namespaces that end with it, however it
ends: nothing is left to clean up but the folder.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

REPOSITORY = Path(__file__).resolve().parent.parent

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_HOST_COMMANDS = (
    "chroot",
    "curl",
    "debootstrap",
    "git",
    "ip",
    "mount",
    "nsenter",
    "setpriv",
    "unshare",
)
_STOPPING = (signal.SIGINT, signal.SIGTERM)
_REMOVING_SECONDS = 60
_LEAVING_SECONDS = 5
_TAIL = 6000  # characters of the log that a failure shows

_TEXT = "TOTAL 42.50"
# Pillow is there wherever the service is: the machine itself draws the picture.
_DRAW = f"""
import sys
from PIL import Image, ImageDraw
page = Image.new("RGB", (640, 200), "white")
ImageDraw.Draw(page).text((40, 60), "{_TEXT}", fill="black", font_size=48)
page.save(sys.stdout.buffer, "PNG")
"""
_PNG = b"\x89PNG\r\n\x1a\n"


class StepError(Exception):
    """A step that failed, with the sentence that says how."""


@contextmanager
def step(what: str) -> Iterator[None]:
    """Print what is done, then how long it took."""
    print(f"{what} ...", end=" ", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - started:.1f} s", flush=True)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that every tool with a machine takes."""
    parser.add_argument("--root", type=_absolute, metavar="FOLDER", help="build here and keep it")
    parser.add_argument(
        "--bind",
        type=_absolute,
        action="append",
        default=[],
        metavar="PATH",
        help="show this path of the host inside, read-only; for pip settings and certificates",
    )
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)


def _absolute(path: str) -> Path:
    return Path(path).absolute()


def carry_out(
    module: str, options: argparse.Namespace, work: Callable[[argparse.Namespace], None]
) -> int:
    """Do the work in namespaces of its own and return the exit status."""
    for number in _STOPPING:
        signal.signal(number, _leave)
    try:
        if not options.inside:
            return _run_again_inside(module, options)
        work(options)
    except StepError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _run_again_inside(module: str, options: argparse.Namespace) -> int:
    _check_host()
    folder = options.root or Path(tempfile.mkdtemp(prefix="machine-"))
    folder.mkdir(parents=True, exist_ok=True)
    words = ["setpriv", "--pdeathsig", "KILL"]
    words += ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    words += [sys.executable, "-m", module, *sys.argv[1:], "--inside", "--root", str(folder)]
    try:
        return subprocess.run(words, check=False).returncode
    finally:
        # The mounts are gone with their namespace: only the machine's own files are here.
        if options.root is None:
            _remove(folder)


def _remove(folder: Path) -> None:
    """Remove a folder to which what was killed may write for another moment."""
    end = time.monotonic() + _REMOVING_SECONDS
    while folder.exists() and time.monotonic() < end:
        shutil.rmtree(folder, ignore_errors=True)


def _leave(number: int, _: FrameType | None) -> None:
    """Leave, and let no second signal disturb the removal of the folder."""
    for later in _STOPPING:
        signal.signal(later, signal.SIG_IGN)
    sys.exit(128 + number)


def _check_host() -> None:
    if os.geteuid() != 0:
        raise StepError("Only root can make a machine.")
    if missing := [name for name in _HOST_COMMANDS if shutil.which(name) is None]:
        raise StepError(f"This host lacks {', '.join(missing)}.")


def host(*words: str | Path, network: Path | None = None) -> bytes:
    """Run a command of the host and return what it prints."""
    command = [*_enter(network), *map(str, words)]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise StepError(f"{' '.join(command)} failed: {done.stderr.decode(errors='replace')}")
    return done.stdout


def _enter(network: Path | None) -> list[str]:
    return ["nsenter", f"--net={network}"] if network else []


def pip_variables() -> dict[str, str]:
    """Return the settings of pip that the caller's environment holds."""
    return {name: value for name, value in os.environ.items() if name.startswith("PIP_")}


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs a command."""

    uid: int = 0
    gid: int = 0
    home: str = "/root"


@dataclass(frozen=True, slots=True)
class Seat:
    """From where a command is given: by whom, with which environment, in which folder."""

    account: Account = field(default_factory=Account)
    variables: Mapping[str, str] = field(default_factory=dict)
    folder: str = "/"
    network: Path | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """A Debian in a folder, with the log of what was done to it beside."""

    folder: Path

    @property
    def root(self) -> Path:
        """Return the folder that the machine takes for `/`."""
        return self.folder / "root"

    @property
    def log(self) -> Path:
        """Return the file that holds what every command printed."""
        return self.folder / "log"

    def bootstrap(self, suite: str, *packages: str) -> None:
        """Install the smallest Debian, and packages if any."""
        shutil.rmtree(self.root, ignore_errors=True)
        self.log.write_text("")
        words = ["debootstrap", "--variant=minbase"]
        words += [f"--include={','.join(packages)}"] if packages else []
        self._finish(self.start_on_host([*words, suite, str(self.root)]), f"debootstrap {suite}")

    def mount(self) -> None:
        """Mount what the kernel gives every Linux."""
        host("mount", "-t", "proc", "proc", self.root / "proc")
        host("mount", "--rbind", "/sys", self.root / "sys")
        host("mount", "-t", "devpts", "devpts", self.root / "dev/pts")
        host("mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", self.root / "dev/shm")

    def bind(self, paths: Sequence[Path]) -> None:
        """Show paths of the host inside, read-only."""
        for path in paths:
            if not path.exists():
                raise StepError(f"There is no {path} to bind.")
            inside = self.root / path.relative_to("/")
            inside.parent.mkdir(parents=True, exist_ok=True)
            inside.mkdir(exist_ok=True) if path.is_dir() else inside.touch()
            # An ordinary user has to get there, were it in root's home.
            for parent in list(inside.relative_to(self.root).parents)[:-1]:
                folder = self.root / parent
                folder.chmod(folder.stat().st_mode | 0o111)
            host("mount", "-o", "rbind,ro", path, inside)

    def account(self, name: str) -> Account:
        """Return an account by its name."""
        for line in (self.root / "etc/passwd").read_text().splitlines():
            fields = line.split(":")
            if fields[0] == name:
                return Account(int(fields[2]), int(fields[3]), fields[5])
        raise StepError(f"The machine has no user {name}.")

    def words(self, seat: Seat, command: Sequence[str], root: Path | None = None) -> list[str]:
        """Return the host's command that runs a command in the machine."""
        who = f"--userspec={seat.account.uid}:{seat.account.gid}"
        variables = {"PATH": _PATH, **seat.variables}
        entered = ["chroot", who, "--groups=", str(root or self.root)]
        entered += ["env", "-i", f"--chdir={seat.folder}"]
        return [*entered, *(f"{name}={value}" for name, value in variables.items()), *command]

    def run(self, seat: Seat, *command: str) -> None:
        """Run a command in the machine to its end."""
        self._finish(self.start(seat, *command), " ".join(command))

    def start(self, seat: Seat, *command: str) -> subprocess.Popen[bytes]:
        """Start a command in the machine."""
        return self.start_on_host([*_enter(seat.network), *self.words(seat, command)])

    def start_on_host(self, words: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start a command of the host whose output goes to the log."""
        with self.log.open("ab") as log:
            return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _finish(self, process: subprocess.Popen[bytes], what: str) -> None:
        if process.wait():
            raise self.error(f"{what} ended with status {process.returncode}.")

    def error(self, sentence: str) -> StepError:
        """Return a failure that shows the end of the log."""
        end = self.log.read_text(errors="replace")[-_TAIL:]
        return StepError(f"{end}\n{sentence}")

    def loopback(self) -> Path:
        """Return a new network with nothing in it but the loopback."""
        network = self.folder / "network"
        network.touch()
        host("unshare", f"--net={network}", "ip", "link", "set", "lo", "up")
        return network

    def draw(self, seat: Seat, python: str) -> Path:
        """Draw the picture that is sent to the service."""
        picture = self.folder / "picture.png"
        picture.write_bytes(host(*self.words(seat, [python, "-c", _DRAW])))
        return picture


@dataclass(frozen=True, slots=True)
class Service:
    """The service that runs in a machine, as a client of it sees it.

    It is the one child of `process`: of make, or of what gave it its namespaces.
    """

    machine: Machine
    process: subprocess.Popen[bytes]
    url: str
    network: Path | None = None

    def wait(self, is_ready: Callable[[], object], seconds: float) -> None:
        """Wait until a check that raises StepError until then succeeds."""
        end = time.monotonic() + seconds
        while True:
            if self.process.poll() is not None:
                status = self.process.returncode
                raise self.machine.error(f"The service ended by itself with status {status}.")
            with suppress(StepError):
                is_ready()
                return
            if time.monotonic() > end:
                raise self.machine.error(f"The service was not ready after {seconds:.0f} s.")
            time.sleep(0.5)

    def get(self, path: str) -> bytes:
        """Ask for a page."""
        return self._curl(path)

    def read(self, picture: Path) -> None:
        """Send the picture and check that its text comes back."""
        text = self._curl("/img_txt", "--form", f"image=@{picture}").decode()
        if _TEXT not in text:
            raise StepError(f"/img_txt answered {text!r}, not {_TEXT!r}.")

    def redraw(self, picture: Path) -> None:
        """Send the picture and check that a picture comes back."""
        start = self._curl("/img_img", "--form", f"image=@{picture}")[: len(_PNG)]
        if start != _PNG:
            raise StepError(f"/img_img answered no PNG: it begins with {start!r}.")

    def _curl(self, path: str, *options: str) -> bytes:
        words = ["curl", "--silent", "--show-error", "--fail-with-body", "--noproxy", "*"]
        return host(*words, *options, self.url + path, network=self.network)

    def stop(self, seconds: float = 90) -> None:
        """End the service as systemd or Docker would, and check how it ended."""
        number = self.process.pid
        children = Path(f"/proc/{number}/task/{number}/children").read_text().split()
        if not children:
            raise self.machine.error("The service ended before SIGTERM.")
        os.kill(int(children[0]), signal.SIGTERM)
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise self.machine.error("The service did not end after SIGTERM.") from None
        if status:
            raise self.machine.error(f"The service ended with status {status} after SIGTERM.")
        _check_nothing_runs()


def _check_nothing_runs() -> None:
    """Check that nothing but this tool runs, given a moment."""
    end = time.monotonic() + _LEAVING_SECONDS
    while left := _processes():
        if time.monotonic() > end:
            raise StepError(f"The service left behind: {'; '.join(left)}.")
        time.sleep(0.1)


def _processes() -> list[str]:
    """Return the command lines of what still runs in our namespace besides this tool."""
    # Here this tool is process 1: it inherits the orphans, and has to see them off.
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    left = []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            if path.name != str(os.getpid()):
                left.append((path / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return left
