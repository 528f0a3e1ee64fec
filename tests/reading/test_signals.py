import signal
import subprocess
import sys

from tests.conftest import ROOT

TAKEN_AND_PUT_BACK = """
import ctypes, os, signal, threading
from picture.reading.signals import kept_signals

signal.signal(signal.SIGTERM, lambda *_: print("ours", flush=True))
libc = ctypes.CDLL(None)

def take() -> None:
    with kept_signals():
        libc.signal(signal.SIGTERM, None)  # as native code does: the default, which ends us

thread = threading.Thread(target=take)
thread.start()
thread.join()
os.kill(os.getpid(), signal.SIGTERM)
print("alive", flush=True)
"""


def test_a_handler_that_native_code_takes_is_put_back_from_any_thread() -> None:
    command = [sys.executable, "-c", TAKEN_AND_PUT_BACK]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()) == (0, ["ours", "alive"])
    assert done.returncode != -signal.SIGTERM
