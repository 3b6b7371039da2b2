"""The engine under the sessions: how PostgreSQL is asked to plan."""

import pytest
from sqlalchemy import text

from models.sql.database import Database


@pytest.mark.parametrize(("plans_anew", "mode"), [(True, "force_custom_plan"), (False, "auto")])
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_processes_that_outlive_the_sizes_of_tables_plan_anew(
    database_url: str, plans_anew: bool, mode: str
) -> None:
    """A plan that was kept since a table was empty takes minutes where a new one takes milliseconds."""
    database = Database(database_url, plans_anew=plans_anew)
    with database.read() as session:
        assert session.connection().execute(text("SHOW plan_cache_mode")).scalar_one() == mode
    database.close()
