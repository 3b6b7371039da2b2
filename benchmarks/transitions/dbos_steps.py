"""The peer: a DBOS Transact workflow whose steps do nothing but be recorded."""

from threading import Thread

from dbos import DBOS, DBOSConfig


def launch(url: str, connections: int) -> None:
    """Start DBOS on the database ``url``."""
    config = DBOSConfig(
        name="orders-bench",
        system_database_url=url,
        sys_db_pool_size=2 * connections,
        log_level="ERROR",
        console_log_level="ERROR",
    )
    DBOS(config=config)
    DBOS.launch()


@DBOS.step()  # type: ignore[untyped-decorator]
def step(item: int) -> str:
    """What a state change tells: that it happened."""
    return f"item {item} done"


@DBOS.workflow()  # type: ignore[untyped-decorator]
def steps(number: int) -> int:
    """That many steps, one after the other."""
    for item in range(number):
        step(item)
    return number


def at_once(number: int, connections: int) -> int:
    """``number`` steps in all, a workflow and a thread for each connection."""
    threads = [Thread(target=steps, args=(number // connections,)) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return number


def stop() -> None:
    """End DBOS and its threads."""
    DBOS.destroy()
