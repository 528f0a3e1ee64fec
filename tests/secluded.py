"""Run a command where no network is, with a resolver that notes who is looked up.

    unshare --net --mount python secluded.py COMMAND...

Prints the names that were looked up, as JSON, on the last line.
"""

from __future__ import annotations

import fcntl
import json
import socket
import struct
import subprocess
import sys
import tempfile
from threading import Thread

LOOPBACK_UP = struct.pack("16sh", b"lo", 1)
SIOCSIFFLAGS = 0x8914
REFUSED = b"\x81\x85"


def raise_loopback() -> None:
    """Switch the loopback interface on, as `ip link set lo up` does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, LOOPBACK_UP)


def refuse_lookups(names: list[str]) -> None:
    """Answer every question for a name with a refusal, and note the name."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))

    def serve() -> None:
        while True:
            question, asker = server.recvfrom(512)
            names.append(_name(question))
            server.sendto(question[:2] + REFUSED + question[4:], asker)

    Thread(target=serve, daemon=True).start()


def _name(question: bytes) -> str:
    """Return the name that a DNS message asks for (RFC 1035, section 4.1.2)."""
    labels, at = [], 12
    while question[at]:
        labels.append(question[at + 1 : at + 1 + question[at]].decode())
        at += 1 + question[at]
    return ".".join(labels)


def use_resolver() -> None:
    """Have every program in this mount namespace ask our resolver."""
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write("nameserver 127.0.0.1\n")
        file.flush()
        subprocess.run(["mount", "--bind", file.name, "/etc/resolv.conf"], check=True)


def main() -> int:
    """Run the command and tell whom it looked up."""
    names: list[str] = []
    raise_loopback()
    refuse_lookups(names)
    use_resolver()
    done = subprocess.run(sys.argv[1:], check=False)
    print(json.dumps(names))
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
