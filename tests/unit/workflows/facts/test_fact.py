"""Facts: found when they are asked for, once, and not at all when it is too late."""

from types import SimpleNamespace

import pytest

from tests.unit.workflows.builders import command
from workflows.facts.circumstances import Batch, Circumstances
from workflows.facts.fact import NOT_KEPT, LateFactError, derived, fact, kept_of, loaded


class WeatherBatch(Batch):
    """What is known of the weather at places."""

    @loaded
    def rain(self) -> dict[int, int]:
        """Millimetres by place."""
        asked.append("rain")
        return {each.id: 10 * each.id for each in self.subjects}


class Weather(Circumstances):
    """Facts about the weather at a place."""

    subject_name = "place"
    batch_kind = WeatherBatch
    batch: WeatherBatch

    @fact
    def rain(self) -> int:
        """Millimetres."""
        return self.batch.rain[self.subject.id]

    @derived
    def is_wet(self) -> bool:
        """Whether it rains."""
        asked.append("is_wet")
        return self.rain > 10


asked: list[str] = []


@pytest.fixture(autouse=True)
def _nothing_was_asked():
    asked.clear()


def weather():
    """Facts about two places."""
    return Weather.of(None, [SimpleNamespace(id=1), SimpleNamespace(id=2)], command())


def test_nothing_is_loaded_before_it_is_asked_for():
    """Facts that no rule looks at cost nothing."""
    weather()
    assert asked == []


def test_one_load_serves_the_whole_batch():
    """The first subject that asks loads for all of them, and every fact is found once."""
    facts = weather()
    assert [facts[1].is_wet, facts[2].is_wet, facts[2].is_wet] == [False, True, True]
    assert asked == ["is_wet", "rain", "is_wet"]


def test_a_subject_has_the_name_that_rules_call_it():
    """Rules of places take a ``place``."""
    facts = weather()[1]
    assert facts.place is facts.subject


def test_what_is_written_answers_nothing_new():
    """A consequence that asks too late would see what the command itself wrote: it fails, and what is known is known."""
    facts = weather()
    assert facts[1].rain == 10
    late = weather()
    late[1].batch.close()
    facts[1].batch.close()
    assert facts[2].is_wet
    with pytest.raises(LateFactError, match="rain"):
        _ = late[1].rain


def test_what_was_not_kept_is_missing():
    """Of a past decision a fact that nobody looked at is no default; one that is made of others says which it misses."""
    past = Weather(SimpleNamespace(id=1), command(), NOT_KEPT)
    with pytest.raises(AttributeError, match="rain was not kept") as raised:
        _ = past.is_wet
    assert (raised.value.name, raised.value.obj) == ("rain", past)
    assert Weather(SimpleNamespace(id=1), command(), NOT_KEPT, rain=11).is_wet


def test_what_is_made_of_others_is_not_kept():
    """It is made again, by the code of the day."""
    assert kept_of(Weather) == ("given", "rain")
