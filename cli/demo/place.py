"""Where a demonstration's installation lies: in its folder, whatever the settings of the desk say."""

from pathlib import Path


def urls_in(folder: Path) -> dict[str, str]:
    """Each setting that says where something lies, by the name of its field."""
    return {
        "database_url": f"sqlite:///{folder / 'orders.db'}",
        "store_url": str(folder / "documents"),
        "print_url": str(folder / "print"),
        "mail_url": str(folder / "mail"),
        "heads_url": str(folder / "heads"),
    }
