"""The whole service, as gunicorn runs it."""

import io
import json
import os
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.conftest import LiveService, draw_page, multipart, to_bytes, wait_until
from tests.slow import HEAD, KINDS, slow_clients


def test_a_picture_becomes_text(live: LiveService) -> None:
    answer = live.post("/img_txt", to_bytes(draw_page("Invoice 1042", "Total 19.99")))
    assert answer.status == 200
    assert answer.text.split() == ["Invoice", "1042", "Total", "19.99"]


def test_a_repeat_comes_from_the_cache(live: LiveService) -> None:
    picture = to_bytes(draw_page("Repeat after me"))
    answers = [live.post("/img_txt", picture, name) for name in ("a.png", "b.png")]
    assert [answer.headers["X-Cache"] for answer in answers] == ["miss", "hit"]
    assert answers[0].body == answers[1].body


def test_a_redrawn_picture_keeps_format_and_size(live: LiveService) -> None:
    picture = to_bytes(draw_page("Draw me"), "JPEG", dpi=(300, 300))
    answer = live.post("/img_img", picture, "photo.jpeg", white_background="false")
    drawn = Image.open(io.BytesIO(answer.body))
    assert (drawn.format, drawn.size, drawn.info["dpi"]) == ("JPEG", (640, 400), (300, 300))
    assert 'filename="photo_text.jpeg"' in answer.headers["Content-Disposition"]


def test_the_same_name_at_once_never_crosses_results(live: LiveService) -> None:
    words = ["apple", "banana", "cherry", "damson", "elder", "fennel", "grape", "hazel"]

    def read(word: str) -> str:
        return live.post("/img_txt", to_bytes(draw_page(word)), "same.png").text.strip()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(read, words)) == words


def test_nothing_is_left_after_mixed_requests(live: LiveService) -> None:
    whole = to_bytes(draw_page("Mixed"))
    for file in (whole, whole[:300], b"", b"GIF89a", b"text"):
        for path in ("/img_txt", "/img_img"):
            answer = live.post(path, file)
            assert answer.status == 200 or 400 <= answer.status < 500
    wait_until(lambda: live.files() == [])


def test_a_broken_connection_leaves_nothing(live: LiveService) -> None:
    break_off(live, to_bytes(draw_page("Gone")) * 50)
    wait_until(lambda: live.files() == [])
    assert live.get("/healthz").status == 200


def test_the_page_and_the_probes_answer(live: LiveService) -> None:
    assert "</html>" in live.get("/").text
    assert live.get("/healthz").status == 200
    assert live.get("/readyz").status == 200


def test_a_thousand_mixed_requests_leave_nothing_behind(live: LiveService) -> None:
    whole = to_bytes(draw_page("Level"))
    live.post("/img_txt", whole)
    (worker,) = live.workers()
    level(worker)

    def send(number: int) -> None:
        kind = number % 5
        if kind == 0:
            break_off(live, whole)
        else:
            live.post("/img_txt", (b"", whole, whole[:200], b"GIF89a")[kind - 1])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(200)))
        settled = level(worker)
        list(pool.map(send, range(1000)))
    wait_until(lambda: live.files() == [])
    wait_until(lambda: level(worker)[0] <= settled[0] + 2)
    assert level(worker)[1] <= settled[1] + 8
    assert live.workers() == [worker]


def level(process: int) -> tuple[int, int]:
    """Return how many files a process has open and how many threads it runs."""
    open_files, threads = (
        list(Path(f"/proc/{process}/{kind}").iterdir()) for kind in ("fd", "task")
    )
    return len(open_files), len(threads)


def break_off(live: LiveService, file: bytes) -> None:
    """Send half of a form and close the connection."""
    body, content_type = multipart(file, "gone.png", {})
    head = (
        f"POST /img_txt HTTP/1.1\r\nHost: x\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", live.port)) as connection:
        connection.sendall(head.encode() + body[: len(body) // 2])


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveService]:
    """Return a live service of two workers."""
    service = LiveService(tmp_path_factory.mktemp("pair"), OCR_WORKERS="2")
    wait_until(lambda: service.log.read_text().count("engine ready") == 2, 60)
    yield service
    service.stop()


@pytest.mark.parametrize("blow", [signal.SIGSEGV, signal.SIGKILL])
def test_a_crashed_worker_is_replaced_while_the_other_answers(
    pair: LiveService, blow: signal.Signals
) -> None:
    first, second = pair.workers()
    os.kill(first, blow)
    wait_until(lambda: first not in pair.workers())
    assert pair.post("/img_txt", to_bytes(draw_page("Still here"))).status == 200
    wait_until(lambda: len(pair.workers()) == 2 and second in pair.workers(), 20)
    answers = [pair.post("/img_txt", to_bytes(draw_page(f"Page {n}"))) for n in range(4)]
    assert [answer.status for answer in answers] == [200] * 4
    assert pair.files() == []


def test_what_the_page_sent_is_found_and_read_once_by_all_workers(pair: LiveService) -> None:
    wait_until(lambda: pair.log.read_text().count("engine ready") >= len(pair.workers()), 30)
    sent = pair.post("/results", to_bytes(draw_page("Read once")))
    token = json.loads(sent.body)["results"][0]["token"]
    with ThreadPoolExecutor(8) as pool:
        views = list(pool.map(pair.get, [f"/results/{token}/view"] * 24))
    assert {view.status for view in views} == {200}
    assert all("Read once" in view.text for view in views)
    reads = 'ocr_stage_seconds_count{stage="recognise"} '
    before = counted(pair, reads)
    texts = [pair.get(f"/results/{token}/img_txt?layout={layout}") for layout in ("lines", "code")]
    assert [text.text for text in texts * 6] == ["Read once\n"] * 12
    assert counted(pair, reads) == before


def counted(service: LiveService, name: str) -> float:
    lines = service.get("/metrics").text.splitlines()
    return sum(float(line.removeprefix(name)) for line in lines if line.startswith(name))


def test_counts_are_right_across_workers(pair: LiveService) -> None:
    healthy = 'ocr_requests_total{route="/healthz",status="200"} '
    before = counted(pair, healthy)
    for _ in range(30):
        pair.get("/healthz")
    assert counted(pair, healthy) == before + 30


def test_a_stop_signal_under_load_answers_what_was_accepted(tmp_path: Path) -> None:
    service = LiveService(tmp_path)
    slow = ["There is so much to read here that all are accepted before one is answered"] * 15
    pages = [draw_page(f"Load {number}", *slow, size=(1280, 1000)) for number in range(4)]
    pictures = [to_bytes(page) for page in pages]
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(service.post, "/img_txt", picture) for picture in pictures]
        wait_until(lambda: len(service.files()) >= 4)
        status = service.stop()
        answers = [job.result() for job in jobs]
    assert status == 0
    first_lines = [answer.text.strip().splitlines()[0] for answer in answers]
    assert first_lines == [f"Load {number}" for number in range(4)]


def test_a_dead_engine_turns_readiness_red_and_the_worker_is_replaced(tmp_path: Path) -> None:
    service = LiveService(tmp_path, PYTHONPATH=str(Path(__file__).parent / "faults"))
    (worker,) = service.workers()
    picture = to_bytes(Image.new("RGB", (13, 13), "white"))
    answer = service.post("/img_txt", picture)
    assert (answer.status, answer.error["code"]) == (503, "engine_unavailable")
    wait_until(lambda: worker not in service.workers(), 30)
    wait_until(service.is_ready, 30)
    assert service.post("/img_txt", to_bytes(draw_page("Back"))).text.strip() == "Back"
    assert service.stop() == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk_is_told_and_recovered_from(tmp_path: Path) -> None:
    uploads = tmp_path / "small"
    uploads.mkdir()
    with small_disk(uploads):
        service = LiveService(tmp_path, OCR_UPLOADS_DIR=str(uploads))
        service.folders = (uploads, service.folders[1])
        large = to_bytes(Image.effect_noise((1200, 1200), 90))
        answer = service.post("/img_txt", large)
        assert (answer.status, answer.error["code"]) == (507, "disk_full")
        assert service.files() == []
        assert service.post("/img_txt", to_bytes(draw_page("Fits"))).text.strip() == "Fits"
        assert service.stop() == 0


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Mount a disk of 256 kB."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_queue_refuses_at_once_and_a_late_answer_is_given_up(tmp_path: Path) -> None:
    service = LiveService(tmp_path, OCR_QUEUE_SIZE="1", OCR_DEADLINE="2")
    pages = [to_bytes(dense_page(number)) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda page: service.post("/img_txt", page), pages))
    refused = [answer for answer in answers if answer.status == 503]
    assert refused
    assert {answer.error["code"] for answer in refused} == {"queue_full"}
    assert {answer.headers["Retry-After"] for answer in refused} == {"2"}
    assert {answer.status for answer in answers} <= {200, 503, 504}
    wait_until(lambda: service.files() == [])
    assert service.stop() == 0


def dense_page(number: int) -> Image.Image:
    """Draw a page that takes a while to read."""
    words = [f"{number} " + "the quick brown fox " * 5] * 40
    page = Image.new("RGB", (1200, 1300), "white")
    draw = ImageDraw.Draw(page)
    for row, text in enumerate(words):
        draw.text((20, 10 + 32 * row), text, fill="black", font_size=22)
    return page


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveService]:
    """Return a live service that asks for a key."""
    service = LiveService(tmp_path_factory.mktemp("keyed"), OCR_API_KEYS="secret")
    yield service
    service.stop()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["live", "keyed"])
def test_two_hundred_slow_clients_lock_nobody_out(
    request: pytest.FixtureRequest, name: str, kind: str
) -> None:
    service: LiveService = request.getfixturevalue(name)
    body, content_type = multipart(to_bytes(draw_page("Served")), "page.png", {})
    headers = {"Content-Type": content_type, "X-API-Key": "secret"}
    with slow_clients(service.port, kind, 200):
        started = time.monotonic()
        healthy = service.get("/healthz")
        answer = service.send("POST", "/img_txt", body, headers)
        seconds = time.monotonic() - started
    assert (healthy.status, answer.status, answer.text.strip()) == (200, 200, "Served")
    assert seconds < 30  # slow clients of this test stay for twice as long


@pytest.mark.parametrize("kind", ["half a head", "a head", "a body byte by byte"])
def test_a_slow_client_is_given_up(hurried: LiveService, kind: str) -> None:
    first, then = KINDS[kind]
    with socket.create_connection(("127.0.0.1", hurried.port), 20) as client:
        client.sendall(first)
        client.setblocking(False)
        wait_until(lambda: is_closed(client, then), 20)


@pytest.fixture(scope="module")
def hurried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveService]:
    """Return a live service that gives clients a second."""
    service = LiveService(tmp_path_factory.mktemp("hurried"), OCR_CLIENT_SECONDS="1")
    yield service
    service.stop()


def is_closed(client: socket.socket, data: bytes) -> bool:
    """Send on and tell whether the other end has closed."""
    try:
        client.send(data)
        return not client.recv(1000)
    except BlockingIOError:
        return False
    except OSError:
        return True


def test_requests_sent_together_are_answered_in_their_order(live: LiveService) -> None:
    asked = b"".join(
        b"GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n" % (path, end)
        for path, end in [
            (b"/healthz", b""),
            (b"/readyz", b""),
            (b"/none", b"Connection: close\r\n"),
        ]
    )
    answer = exchange(live, asked)
    parts = [answer.index(text) for text in (b'"ok"', b'"ready"', b" 404 ")]
    assert parts == sorted(parts)


def test_an_upload_in_chunks_is_read(live: LiveService) -> None:
    body, content_type = multipart(to_bytes(draw_page("In chunks")), "page.png", {})
    pieces = [body[at : at + 1000] for at in range(0, len(body), 1000)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    head = f"POST /img_txt HTTP/1.1\r\nHost: x\r\nContent-Type: {content_type}\r\n"
    sent = head.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
    assert b"In chunks" in exchange(live, sent)


def test_a_client_that_asks_first_is_told_to_send(live: LiveService) -> None:
    with socket.create_connection(("127.0.0.1", live.port), 20) as client:
        client.sendall(HEAD[:-2] + b"Expect: 100-continue\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 100 ")


def exchange(live: LiveService, data: bytes) -> bytes:
    """Send bytes and return all that comes back until the service closes."""
    with socket.create_connection(("127.0.0.1", live.port), 60) as client:
        client.sendall(data)
        return b"".join(iter(lambda: client.recv(65_536), b""))


def test_a_stop_refuses_new_clients_and_waits_for_no_slow_one(tmp_path: Path) -> None:
    service = LiveService(tmp_path, OCR_CLIENT_SECONDS="600")
    with slow_clients(service.port, "a body byte by byte", 20), ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(service.post, "/img_txt", to_bytes(dense_page(n))) for n in range(2)]
        wait_until(lambda: len(service.files()) >= 2)
        newcomers = pool.submit(arrive_until_the_end, service)
        assert service.stop() == 0
        assert [job.result().status for job in jobs] == [200] * 2
    outcomes = newcomers.result()
    # Between the last look at who has come and the end of listening one may slip in.
    assert outcomes.pop("ConnectionResetError", 0) <= 1
    assert outcomes.keys() <= {"200", "ConnectionRefusedError"}
    assert outcomes["ConnectionRefusedError"] > 0


def arrive_until_the_end(service: LiveService) -> Counter[str]:
    """Ask again and again until the service has ended; return what came of it."""
    outcomes: Counter[str] = Counter()
    for _ in range(1000):
        try:
            outcomes[str(service.get("/healthz").status)] += 1
        except OSError as error:
            outcomes[type(error).__name__] += 1
        if service.process.poll() is not None:
            break
        time.sleep(0.03)
    return outcomes


def test_a_slow_client_does_not_stretch_a_stop(tmp_path: Path) -> None:
    service = LiveService(tmp_path, OCR_CLIENT_SECONDS="600")
    with slow_clients(service.port, "takes byte by byte", 5):
        started = time.monotonic()
        assert service.stop() == 0
        assert time.monotonic() - started < 40


def runs(process: int) -> bool:
    """Tell whether a process runs; one that ended may still wait to be seen off."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_start_removes_the_counts_of_a_killed_service_and_no_others(tmp_path: Path) -> None:
    (folder := tmp_path / "other").mkdir()
    with ThreadPoolExecutor(2) as pool:
        killed, running = pool.map(
            lambda folder: LiveService(folder, TMPDIR=str(tmp_path)), (tmp_path, folder)
        )
    both = set(tmp_path.glob("ocr-counts-*"))
    assert len(both) == 2
    assert "ocr_requests_total" in killed.get("/metrics").text
    workers = killed.workers()
    killed.process.kill()
    killed.process.wait(10)
    wait_until(lambda: not any(map(runs, workers)), 30)
    assert both == set(tmp_path.glob("ocr-counts-*"))
    killed.start()
    assert len(both & set(tmp_path.glob("ocr-counts-*"))) == 1
    assert "ocr_requests_total" in running.get("/metrics").text
    assert (killed.stop(), running.stop()) == (0, 0)
    assert list(tmp_path.glob("ocr-counts-*")) == []


def test_a_client_that_hangs_up_is_not_read_for(tmp_path: Path) -> None:
    service = LiveService(tmp_path, OCR_LOG_LEVEL="debug")
    lines = ["so much that it takes the engine a while to read all of it " * 2] * 40
    body, content_type = multipart(to_bytes(draw_page(*lines, size=(1800, 2600))), "gone.png", {})
    head = (
        f"POST /img_txt HTTP/1.1\r\nHost: x\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", service.port)) as connection:
        connection.sendall(head.encode() + body)
        wait_until(lambda: service.files() != [])
    wait_until(lambda: "client_gone" in service.log.read_text(), 20)
    assert service.post("/img_txt", to_bytes(draw_page("Next"))).text.strip() == "Next"
    assert service.stop() == 0
