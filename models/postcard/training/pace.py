"""How far a stretch of training has come, by the clock, and what share of the learning rate goes with it."""
import math
import time
from typing import Optional


class Pace:
    """A phase of so many minutes that may be spread over several calls.

    The rate rises over the first `warmup` steps of each call, stays, and falls in a straight line to `floor` over the
    last `decay` of the phase.
    """

    def __init__(self, minutes: float, spent: float = 0.0, deadline: float = math.inf, warmup: int = 50,
                 decay: float = 0.4, floor: float = 0.02):
        """spent: seconds of the phase that earlier calls used. deadline: when this call has to end, as time.time()
        counts."""
        self.total, self.before, self.deadline = minutes * 60, spent, deadline
        self.warmup, self.decay, self.floor = warmup, decay, floor
        self.start, self.seconds, self.steps = time.time(), 0.0, 0

    def elapsed(self) -> float:
        """Seconds since this call took up the phase, by this process's clock."""
        return time.time() - self.start

    def agree(self, seconds: float) -> None:
        """Sets the clock to what all workers agreed on and counts a step: they have to stop at the same one."""
        self.seconds = seconds
        self.steps += 1

    @property
    def spent(self) -> float:
        return self.before + self.seconds

    @property
    def progress(self) -> float:
        return min(1.0, self.spent / self.total)

    @property
    def finished(self) -> bool:
        return self.progress >= 1

    @property
    def paused(self) -> bool:
        return self.start + self.seconds >= self.deadline

    def rate(self) -> float:
        """Share of the learning rate, 0..1."""
        rising = min(1.0, self.steps / self.warmup)
        return rising * min(1.0, max(self.floor, (1 - self.progress) / self.decay))


def deadline(minutes: Optional[float]) -> float:
    """When a call of so many minutes has to end; never, without a number."""
    return time.time() + minutes * 60 if minutes else math.inf
