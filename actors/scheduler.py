"""The clock: a plain loop that sweeps. Everything it does depends on what the database says is due, not on when it runs.

So ticks that come late, twice, or from two schedulers at once do no harm.
"""

from threading import Event

import redis
from sqlalchemy.exc import SQLAlchemyError

from actors.sweeper import Sweeper
from actors.watch.metrics import SWEEPS
from workflows.installation import Installation
from workflows.logs import error_of, logger

_LOG = logger("orders.scheduler")

#: Pause in seconds while messages wait to be taken, and where there is nothing to do or a sweep failed.
_BUSY_PAUSE, _IDLE_PAUSE = 0.2, 1.0


def run(installation: Installation, client: redis.Redis, stop: Event) -> None:
    """Sweep until ``stop`` is set. A database or Redis that is down is waited for."""
    sweeper = Sweeper(installation, client)
    _LOG.info("scheduler started")
    was_down = False
    while not stop.is_set():
        try:
            waiting = sweeper.sweep()
        except (SQLAlchemyError, redis.RedisError, OSError) as error:
            if not was_down:
                _LOG.error("sweep failed, trying again", **error_of(error))
            waiting, was_down = 0, True
            SWEEPS.labels("failed").inc()
        else:
            if was_down:
                _LOG.info("sweeping again")
            was_down = False
            SWEEPS.labels("done").inc()
        if waiting:
            _LOG.debug("swept", waiting=waiting)
        stop.wait(_BUSY_PAUSE if waiting else _IDLE_PAUSE)
    _LOG.info("scheduler stopped")
