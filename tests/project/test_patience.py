"""A move that another program refuses for a moment is tried again for two seconds."""

from __future__ import annotations

import errno
from collections.abc import Callable

import pytest

from bulletin.project.patience import patiently


class Clock:
    """Time that only sleeping spends, and a move that's refused until some second."""

    def __init__(self, refusals: dict[float, OSError]) -> None:
        self.now = 0.0
        self.tries: list[float] = []
        self._refusals = refusals

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def monotonic(self) -> float:
        return self.now

    def move(self, source: str, *, target: str) -> str:
        """Move, unless it's refused at this second."""
        self.tries.append(self.now)
        for until, error in self._refusals.items():
            if self.now < until:
                raise error
        return f"{source} {target}"


@pytest.fixture
def clock_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[float, OSError]], Clock]:
    def make(refusals: dict[float, OSError]) -> Clock:
        clock = Clock(refusals)
        monkeypatch.setattr("bulletin.project.patience.sleep", clock.sleep)
        monkeypatch.setattr("bulletin.project.patience.monotonic", clock.monotonic)
        return clock

    return make


ClockOf = Callable[[dict[float, OSError]], Clock]


def of_windows(number: int, as_errno: int = errno.EACCES) -> OSError:
    """An error as Windows' Python raises it."""
    error = OSError(as_errno, "refused")
    error.winerror = number  # type: ignore[attr-defined, unused-ignore]
    return error


class DescribePatiently:
    def it_moves_at_once_where_nothing_refuses(self, clock_of: ClockOf) -> None:
        clock = clock_of({})
        assert patiently(clock.move, "a", target="b") == "a b"
        assert clock.tries == [0.0]

    @pytest.mark.parametrize("until", [0.01, 0.5, 1.0, 1.5, 1.99])
    @pytest.mark.parametrize(
        "error",
        [
            *(OSError(number, "refused") for number in (errno.EACCES, errno.EPERM, errno.EBUSY)),
            *(of_windows(number) for number in (5, 32, 33)),
        ],
        ids=str,
    )
    def it_tries_again_while_the_refusal_is_shorter_than_two_seconds(
        self, clock_of: ClockOf, error: OSError, until: float
    ) -> None:
        clock = clock_of({until: error})
        assert patiently(clock.move, "a", target="b") == "a b"
        assert until <= clock.now <= 2.0

    def it_gives_up_after_two_seconds_with_the_refusal_itself(self, clock_of: ClockOf) -> None:
        refusal = PermissionError(errno.EACCES, "refused")
        clock = clock_of({100.0: refusal})
        with pytest.raises(PermissionError) as caught:
            patiently(clock.move, "a", target="b")
        assert caught.value is refusal
        assert clock.now == pytest.approx(2.0)
        assert 4 <= len(clock.tries) <= 10  # neither a busy loop nor one look

    @pytest.mark.parametrize(
        "error",
        [
            *(OSError(getattr(errno, name), "no") for name in ("ENOSPC", "EROFS", "ENOENT", "ENOTDIR", "EXDEV", "EIO")),
            of_windows(112, errno.ENOSPC),
            of_windows(19),  # a write-protected disk, which Python takes for a refusal
            of_windows(21),  # an empty drive, too
        ],
        ids=str,
    )
    def it_waits_for_nothing_that_no_waiting_mends(self, clock_of: ClockOf, error: OSError) -> None:
        clock = clock_of({100.0: error})
        with pytest.raises(OSError, match=r"no|refused"):
            patiently(clock.move, "a", target="b")
        assert clock.tries == [0.0]

    def it_stops_at_another_error_that_comes_meanwhile(self, clock_of: ClockOf) -> None:
        clock = clock_of({0.1: PermissionError(errno.EACCES, "refused"), 9.0: OSError(errno.ENOSPC, "full")})
        with pytest.raises(OSError, match="full"):
            patiently(clock.move, "a", target="b")
        assert len(clock.tries) == 3

    def it_can_be_interrupted(self, clock_of: ClockOf, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = clock_of({100.0: PermissionError(errno.EACCES, "refused")})

        def interrupted(_seconds: float) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("bulletin.project.patience.sleep", interrupted)
        with pytest.raises(KeyboardInterrupt):
            patiently(clock.move, "a", target="b")
