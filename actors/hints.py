"""Which ids a message is under way for, noted in Redis beside the queues.

A note spares any number of sweepers from sending the same ids again at every tick. It is a courtesy, never a claim:
it lapses by itself, it is wiped together with the messages that it stands for, and a second message does no harm.
"""

from collections.abc import Iterable, Sequence

import redis

#: Notes at most ARGV[2] of the ids from ARGV[3] on, for ARGV[1] ms, that carry no live note; gives those. By Redis's own clock.
_TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local taken, most = {}, tonumber(ARGV[2])
for place = 3, #ARGV do
  if #taken >= most then break end
  if redis.call('ZADD', KEYS[1], 'NX', now + ARGV[1], ARGV[place]) == 1 then
    taken[#taken + 1] = ARGV[place]
  end
end
return taken
"""


class Hints:
    """The notes of all steps."""

    def __init__(self, client: redis.Redis, seconds: float) -> None:
        """Notes that lapse after ``seconds``. Nothing connects yet."""
        self._client = client
        self._milliseconds = int(seconds * 1000)
        self._take = client.register_script(_TAKE)

    def take(self, step: str, ids: Sequence[int], most: int) -> list[int]:
        """Note the first ``most`` of ``ids`` for which nothing is under way; gives those, in the given order."""
        if not ids or most <= 0:
            return []
        return [int(each) for each in self._take(keys=[_key(step)], args=[self._milliseconds, most, *ids])]

    def forget(self, step: str, ids: Iterable[int]) -> None:
        """Remove the notes of ids whose message was carried out, so that they may be sent again when they are due again."""
        if gone := list(ids):
            self._client.zrem(_key(step), *gone)


def _key(step: str) -> str:
    return f"orders:hints:{step}"
