"""``orders serve``: the HTTP interface."""

from typing import Annotated

import typer

from cli.terminal.context import Context
from models.codes import Label
from workflows.installation import Installation


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("serve")(serve)


def serve(
    call: typer.Context,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535)] = 8000,
) -> None:
    """Serve HTTP until told to stop; requests under way are finished first."""
    run_service(call.obj, host, port)


def run_service(context: Context, host: str, port: int) -> None:
    """Serve the installation of ``context`` until told to stop."""
    from web.server import serve as run  # noqa: PLC0415 - half a second of imports that no other command needs

    context.installation.database.close()  # requests are many and small: their plans are kept
    context.err.print(context.text(_SERVING, host=host, port=port), markup=False)
    run(Installation.open(context.settings), host, port)


_SERVING = Label(
    "Serving on http://{host}:{port} (API: /api/docs). Stop with Ctrl+C.",
    "Service sur http://{host}:{port} (API : /api/docs). Arrêter : Ctrl+C.",
)
