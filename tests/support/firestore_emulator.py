"""Google's own Firestore emulator as a child process, started without `gcloud`'s wrapper.

The jar comes with `gcloud components install cloud-firestore-emulator` or, on Debian, with the
package google-cloud-cli-firestore-emulator. Ending the wrapper leaves its JVM running, so we
start the jar ourselves.
"""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from google.api_core.exceptions import GoogleAPICallError
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from google.cloud.firestore_v1.services.firestore.transports import FirestoreGrpcTransport

HOST_VARIABLE = "FIRESTORE_EMULATOR_HOST"
JAR_VARIABLE = "FIRESTORE_EMULATOR_JAR"
RUN_VARIABLE = "BURROW_TEST_RUN"
"""Names the folder of a test run, which its processes share."""
SHARED_HEAP = "1g"
MAIN_CLASS = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
START_TIMEOUT = 60.0

MISSING = (
    "no Firestore emulator: install google-cloud-cli-firestore-emulator and a Java runtime, or"
    f" set {JAR_VARIABLE} to its jar, or {HOST_VARIABLE} to a running one"
)


def new_project() -> str:
    """Name a project that no test has used: the emulator keeps each one's documents apart."""
    return f"burrow-{uuid.uuid4().hex[:12]}"


@contextmanager
def running_emulator(directory: Path, *, heap: str = "256m") -> Iterator[str]:
    """Yield the address of a running emulator, whose output goes to a file in `directory`.

    In a test run it is one for all processes, and for as long as the run.
    It keeps all versions of all documents in its `heap` and stops answering when that is full.
    Without one to start, skips; under CI, which promises to have one, fails.
    """
    if running := os.environ.get(HOST_VARIABLE):
        yield running
        return
    if run := os.environ.get(RUN_VARIABLE):
        yield _shared(Path(run))
        return
    process, address = _started(directory, heap)
    try:
        yield address
    finally:
        process.kill()
        process.wait()


def end_shared(run: Path) -> None:
    """End the emulator that the processes of a test run shared, if any of them started it."""
    noted = run / "emulator.json"
    if noted.exists():
        os.kill(json.loads(noted.read_text())["pid"], signal.SIGKILL)


def _shared(run: Path) -> str:
    """Return the address of the test run's emulator; the first who asks starts it."""
    noted = run / "emulator.json"
    with (run / "emulator.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not noted.exists():
            process, address = _started(run, SHARED_HEAP)
            noted.write_text(json.dumps({"pid": process.pid, "address": address}))
            # It outlives this process, and `end_shared` ends it.
            process.returncode = 0
    address = json.loads(noted.read_text())["address"]
    assert isinstance(address, str)
    return address


def _started(directory: Path, heap: str) -> tuple["subprocess.Popen[bytes]", str]:
    jar, java = _jar(), shutil.which("java")
    if jar is None or java is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    port, websocket_port = _free_port(), _free_port()
    log, address = directory / "firestore-emulator.log", f"127.0.0.1:{port}"
    process = start(java, jar, port, websocket_port, log, heap=heap)
    try:
        await_first_answer(process, address, log)
    except BaseException:
        process.kill()
        process.wait()
        raise
    return process, address


def start(
    java: str, jar: Path, port: int, websocket_port: int, log: Path, *, heap: str = "256m"
) -> "subprocess.Popen[bytes]":
    """Start the emulator; it keeps everything in memory."""
    options = ["-Duser.language=en", f"-Xmx{heap}", "-XX:+UseSerialGC"]
    ports = ["--host=127.0.0.1", f"--port={port}", f"--websocket_port={websocket_port}"]
    with log.open("ab") as output:
        return subprocess.Popen(
            [java, *options, "-cp", str(jar), MAIN_CLASS, "start", *ports],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def await_first_answer(process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    """Wait until a write and a read are answered: a cold JVM takes its seconds over the first."""
    channel = grpc.insecure_channel(address)
    api = FirestoreClient(transport=FirestoreGrpcTransport(channel=channel))
    database = "projects/warm-up/databases/(default)"
    document = f"{database}/documents/warm-up/1"
    deadline = time.monotonic() + START_TIMEOUT
    while True:
        try:
            write = {"update": {"name": document}}
            api.commit({"database": database, "writes": [write]}, retry=None, timeout=20)
            list(api.batch_get_documents({"database": database, "documents": [document]}))
            break
        except GoogleAPICallError:
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the Firestore emulator does not answer: {log.read_text()[-2000:]}")
            time.sleep(0.05)
    channel.close()


def _jar() -> Path | None:
    named = os.environ.get(JAR_VARIABLE)
    if named:
        return Path(named)
    gcloud = shutil.which("gcloud")
    if gcloud is None:
        return None
    sdk = Path(gcloud).resolve().parent.parent
    jar = sdk / "platform" / "cloud-firestore-emulator" / "cloud-firestore-emulator.jar"
    return jar if jar.exists() else None


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
