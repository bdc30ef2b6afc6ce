"""What must hold: every channel has every story it is due once, by what the servers hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain

from store.model import Post, PostState
from store.store import DigestStore
from tests.fakes.stored import history, left_out
from tests.faults.people import Curators
from tests.faults.servers import FakeServers, Held, ServedChannel

_ALL = 1_000_000
_SHOWN = 12


def repeated(town: FakeServers, newest: int = 0) -> list[str]:
    """Say what stands in a channel twice: a post, or a story. Only of the newest where given."""
    found: list[str] = []
    for place in town.places:
        held = town.held(place, newest)
        found += _repeats(place, held)
    return found


async def differences(town: FakeServers, people: Curators, store: DigestStore) -> list[str]:
    """Say in which ways the channels do not hold what they are due, and where the store errs."""
    found: list[str] = [f"contract: {each}" for each in town.violations]
    for place in town.places:
        held = town.held(place)
        found += _repeats(place, held)
        channel = await store.channels.get(place.ref)
        found += _stories(place, held, people, await left_out(store, channel.id))
        if channel.state != "active":
            found.append(f"{place.name}: it is {channel.state}: {channel.reason}")
        found += _posts(place, held, await history(store, channel.id, _ALL))
    return found


def _repeats(place: ServedChannel, held: Sequence[Held]) -> Iterator[str]:
    for key, count in Counter(one.key for one in held).items():
        if count > 1 or not key:
            numbers = [one.number for one in held if one.key == key]
            yield f"{place.name}: REPEATED: the post {key!r} stands there {count} times: {numbers}"
    shown = Counter(number for number, _ in chain.from_iterable(one.stories for one in held))
    twice = [number for number, count in shown.items() if count > 1]
    if twice:
        where = {n: [one.key for one in held if n in dict(one.stories)] for n in twice[:_SHOWN]}
        yield f"{place.name}: REPEATED: stories {_some(twice)}: {where}"


def _stories(
    place: ServedChannel, held: Sequence[Held], people: Curators, left: Collection[int]
) -> Iterator[str]:
    wanted = people.wanted(place.wants)
    shown = dict(chain.from_iterable(one.stories for one in held))
    gone = {number for number, story in people.stories.items() if story.entry_id in left}
    if both := gone & shown.keys():
        yield f"{place.name}: left out, and shown: stories {_some(both)}"
    if missing := wanted.keys() - shown.keys() - gone:
        yield f"{place.name}: LOST: stories {_some(missing)}"
    if surplus := shown.keys() - wanted.keys():
        yield f"{place.name}: retracted or not asked for, and shown: stories {_some(surplus)}"
    old = [n for n in wanted.keys() & shown.keys() if wanted[n] != shown[n]]
    if old:
        keys = {n: [one.key for one in held if n in dict(one.stories)] for n in old}
        said = {n: f"v{shown[n]} for v{wanted[n]} in {keys[n]}" for n in sorted(old)[:_SHOWN]}
        yield f"{place.name}: edits that are not shown: {said}"


def _posts(place: ServedChannel, held: Sequence[Held], posts: Sequence[Post]) -> Iterator[str]:
    """Hold what the store says of posts against what the platform holds."""
    by_key = {one.key: one for one in held}
    sent = {post.key: post for post in posts if post.state is PostState.SENT}
    for post in posts:
        if post.state not in {PostState.SENT, PostState.FAILED}:
            yield f"{place.name}: the post {post.key} is {post.state}: {post.reason}"
    for key in by_key.keys() - sent.keys():
        yield f"{place.name}: the store knows nothing of the post {key}, which stands there"
    for key, post in sent.items():
        message = by_key.get(key)
        if message is None:
            yield f"{place.name}: LOST: the post {key} is sent by the store, and is not there"
        elif post.receipt is None or message.number not in post.receipt.data.values():
            yield f"{place.name}: the receipt of {key} does not lead to {message.number}"
        elif post.revision != post.shown:
            yield f"{place.name}: the post {key} waits for an update: {post.reason}"
        elif bool(message.stories) == message.retracted and post.entry_ids:
            yield f"{place.name}: the post {key} is empty and does not say that it was retracted"


def _some(numbers: Iterable[int]) -> str:
    ordered = sorted(numbers)
    more = f" and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else ""
    return ", ".join(map(str, ordered[:_SHOWN])) + more
