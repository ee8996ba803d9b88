"""What every long training shares: AdamW beside Muon, averaged gradients, a moving average of the weights, and a state
that is saved every two minutes, so that a call that ends or is killed is gone on with by the next."""
import os
import time
from typing import Dict, List, Optional, Sequence, Tuple

import torch
import torch.nn as nn

import files
import parallel
from muon import Muon
from pace import Pace

SAVE_SECONDS, SHOW_SECONDS = 120, 20
STEADY = 0.02       # weight of the newest step in the figures that are shown

Group = Tuple[List[nn.Parameter], float]
"""Parameters for AdamW, and their share of its rate."""


class Trainer:
    """Descends on the losses it is given, phase by phase.

    average holds the moving average of the weights by name: what is kept in the end.
    """

    def __init__(self, network: nn.Module, adam: Sequence[Group], hidden: Sequence[nn.Parameter], path: str, rank: int,
                 workers: int, weight_decay: float = 0.0):
        """hidden: the parameters for Muon. path: where the state is kept; an existing one is taken up."""
        self.network, self.path, self.rank, self.workers = network, path, rank, workers
        self.parameters = list(network.parameters())
        self.adam = torch.optim.AdamW([{"params": group, "share": share} for group, share in adam], lr=1e-3,
                                      betas=(0.9, 0.99), weight_decay=weight_decay)
        self.muon = Muon(hidden, 0.0, rank=rank, workers=workers) if hidden else None
        self.average = {name: value.detach().float().clone() for name, value in network.state_dict().items()}
        self.phase, self.steps, self.seen, self.seconds = 0, 0, 0, 0.0
        self._before = 0.0      # seconds that earlier calls spent in this phase
        self.pace: Optional[Pace] = None
        if os.path.exists(path):
            self._take_up(files.load_state(path, self.parameters[0].device))
        parallel.share_start(self.parameters, workers)
        self.gradients = parallel.Gradients(self.parameters, rank, workers)

    def _take_up(self, state: dict) -> None:
        self.network.load_state_dict(state["net"])
        self.average = state["ema"]
        self.adam.load_state_dict(state["adam"])
        if self.muon:
            self.muon.load_state_dict(state["muon"])
        self.phase, self.steps, self.seen, self.seconds, self._before = (
            state[key] for key in ("phase", "step", "seen", "spent", "spent_in_phase"))

    def begin(self, minutes: float, adam: float, muon: float = 0.0, ema: float = 0.998, deadline: float = float("inf"),
              warmup: int = 50, decay: float = 0.4, floor: float = 0.02) -> None:
        """Takes up the current phase: its length, its rates, and when this call has to end."""
        self.pace = Pace(minutes, self._before, deadline, warmup, decay, floor)
        self.adam_rate, self.muon_rate, self.ema = adam, muon, ema
        self._shown = self._saved = time.time()
        self._figures: Dict[str, torch.Tensor] = {}

    @property
    def going(self) -> bool:
        return not (self.pace.finished or self.pace.paused)

    def step(self, loss: torch.Tensor, pictures: int, **figures: torch.Tensor) -> None:
        """One step down. pictures: how many this worker looked at. figures: what to show beside the loss."""
        self.gradients.zero()
        loss.backward()
        self.pace.agree(self.gradients.average(self.pace.elapsed()))
        self.gradients.clip(1.0)
        rate = self.pace.rate()
        for group in self.adam.param_groups:
            group["lr"] = self.adam_rate * group["share"] * rate
        self.adam.step()
        if self.muon:
            self.muon.rate = self.muon_rate * rate
            self.muon.step()
        self.steps += 1
        self.seen += pictures * self.workers
        self._move_average()
        self._show({"loss": loss, **figures})
        if time.time() - self._saved > SAVE_SECONDS or not self.going:
            self.save()

    @torch.no_grad()
    def _move_average(self) -> None:
        keep = min(self.ema, (self.steps + 1) / (self.steps + 10))     # the first steps are forgotten soon
        live, average = self.network.state_dict(), list(self.average.values())
        torch._foreach_mul_(average, keep)
        torch._foreach_add_(average, [live[name].float() for name in self.average], alpha=1 - keep)

    def _show(self, figures: Dict[str, torch.Tensor]) -> None:
        if self.rank:
            return
        for name, value in figures.items():
            value = value.detach().float()
            self._figures[name] = self._figures.get(name, value).lerp(value, max(STEADY, 1 / self.pace.steps))
        if time.time() - self._shown > SHOW_SECONDS or not self.going:
            self._shown = time.time()
            means = "  ".join(f"{name} {float(value):.4f}" for name, value in self._figures.items())
            print(f"{self.pace.spent / 60:5.1f} min of phase {self.phase + 1}  step {self.steps}  seen {self.seen}  "
                  f"{means}  rate {self.pace.rate():.2f}", flush=True)

    def end_phase(self) -> None:
        self.seconds += self.pace.seconds
        self.phase, self._before, self.pace = self.phase + 1, 0.0, None
        self.save()

    def save(self) -> None:
        """Only the first worker writes; all of them hold the same values."""
        self._saved = time.time()
        if self.rank:
            return
        here = self.pace.seconds if self.pace else 0.0
        files.save_state({
            "net": self.network.state_dict(), "ema": self.average, "adam": self.adam.state_dict(),
            "muon": self.muon.state_dict() if self.muon else [],
            "phase": self.phase, "step": self.steps, "seen": self.seen,
            "spent": self.seconds + here, "spent_in_phase": self._before + here}, self.path)
