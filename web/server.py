"""Running the application: uvicorn on one address, a graceful stop, and the bulk runs carried out beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import uvicorn

from web.app import create_app
from web.request_heads import Heads
from workflows.installation import Installation
from workflows.logs import configure, error_of, logger
from workflows.operations.bulk import bulk_runs, chunks

#: Seconds between looks for bulk runs that nobody told of.
_PAUSE = 1.0
#: Seconds that requests under way are given at a stop.
_GRACE = 30

_LOG = logger("orders.http")


class BulkWorker:
    """A thread that carries bulk runs on, chunk by chunk; several processes may do so at a time."""

    def __init__(self, installation: Installation) -> None:
        """Not started yet."""
        self._installation = installation
        self._wake, self._end = Event(), Event()
        self._thread = Thread(target=self._work, name="bulk-runs", daemon=True)

    @contextmanager
    def running(self) -> Iterator["BulkWorker"]:
        """Start; at the end the chunk under way is finished."""
        self._thread.start()
        try:
            yield self
        finally:
            self._end.set()
            self._wake.set()
            self._thread.join()

    def wake(self) -> None:
        """Look for unfinished bulk runs at once instead of after the pause."""
        self._wake.set()

    def _work(self) -> None:
        while not self._end.is_set():
            try:
                self._sweep()
            except Exception as error:  # noqa: BLE001 - the database may be away; it is looked for again
                _LOG.error("bulk_runs_failed", **error_of(error))
            self._wake.wait(_PAUSE)
            self._wake.clear()

    def _sweep(self) -> None:
        for run in bulk_runs.unfinished(self._installation):
            while not self._end.is_set() and chunks.carry_on(self._installation, run):
                pass


def serve(installation: Installation, host: str, port: int) -> None:
    """Serve until told to stop (SIGTERM, SIGINT); requests under way are finished first."""
    configure(installation.settings.log_format, installation.settings.log_level)
    app = create_app(installation)
    config = uvicorn.Config(
        app,
        http=Heads,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=_GRACE,
        proxy_headers=bool(installation.settings.http_proxies),
        forwarded_allow_ips=installation.settings.http_proxies,
    )
    with BulkWorker(installation).running() as worker:
        app.state.door.on_bulk_run = worker.wake
        uvicorn.Server(config).run()
