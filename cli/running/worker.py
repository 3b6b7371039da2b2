"""``orders worker`` and ``orders scheduler``: the automatic steps over Redis, on as many machines as it takes."""

import os
from threading import Event
from typing import Annotated

import typer
from prometheus_client import CollectorRegistry

from actors import scheduler as clock
from actors import worker as workers
from actors.broker import QUEUES, redis_client
from actors.processes import keep_running, stop_on_signal
from actors.watch import metrics
from cli.terminal.context import USAGE, Context
from models.codes import Label
from workflows.installation import Installation
from workflows.logs import configure


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("worker")(worker)
    app.command("scheduler")(scheduler)


def worker(
    call: typer.Context,
    processes: Annotated[
        int, typer.Option(min=1, help="Processes; by default one for each processor.")
    ] = len(os.sched_getaffinity(0)),
    threads: Annotated[int, typer.Option(min=1, help="Threads of each process.")] = 2,
    queue: Annotated[
        list[str] | None, typer.Option(help=f"A queue to serve ({', '.join(QUEUES)}); may be repeated.")
    ] = None,
    grace: Annotated[
        float, typer.Option(min=0, help="Seconds to finish in when told to stop.")
    ] = workers.Shape().grace,
) -> None:
    """Carry out what the scheduler finds due. Stops on SIGTERM or SIGINT when the work in hand is done."""
    context: Context = call.obj
    url = _redis_url(context)
    queues = tuple(queue or QUEUES)
    if unknown := set(queues) - set(QUEUES):
        context.stop(USAGE, _UNKNOWN_QUEUE, unknown=", ".join(sorted(unknown)), known=", ".join(QUEUES))
    shape = workers.Shape(threads, queues, grace)
    context.installation.database.close()  # each process opens its own
    configure(context.settings.log_format, context.settings.log_level)

    def serve(place: int, stop: Event) -> None:
        _serve_metrics(context, metrics.PROCESS, place)
        workers.run(Installation.open(context.settings, plans_anew=True), redis_client(url), shape, stop)

    if processes == 1:
        serve(0, stop_on_signal())
    else:
        keep_running(processes, serve)


def scheduler(call: typer.Context) -> None:
    """Look again and again what is due, and tell the workers. Any number of schedulers may run."""
    context: Context = call.obj
    client = redis_client(_redis_url(context))
    installation = context.installation
    configure(context.settings.log_format, context.settings.log_level)
    _serve_metrics(context, metrics.of_installation(installation, client))
    clock.run(installation, client, stop_on_signal())
    installation.database.close()


def _serve_metrics(context: Context, registry: CollectorRegistry, place: int = 0) -> None:
    settings = context.settings
    if settings.metrics_port is not None:
        port = settings.metrics_port + place if settings.metrics_port else 0
        metrics.serve(registry, settings.metrics_host, port)


def _redis_url(context: Context) -> str:
    url = context.settings.redis_url
    if url is None:
        context.stop(USAGE, _NO_REDIS)
    return url


_NO_REDIS = Label(
    "ORDERS_REDIS_URL is not set. Set it to your Redis, e.g. redis://localhost:6379/0, or run the embedded worker: "
    "orders work",
    "ORDERS_REDIS_URL n'est pas définie. Donnez-lui l'adresse de votre Redis, p. ex. redis://localhost:6379/0, ou "
    "lancez l'agent intégré : orders work",
)
_UNKNOWN_QUEUE = Label(
    "There is no queue {unknown}. The queues are: {known}.",
    "Il n'y a pas de file {unknown}. Les files sont : {known}.",
)
