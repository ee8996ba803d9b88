"""Muon: momentum, then the nearest semi-orthogonal matrix as the step (Jordan et al. 2024, "Muon: an optimizer for
hidden layers").

It suits the matrices inside a network; first and last layers, biases, norms and embeddings stay with AdamW.
"""
from typing import List, Sequence

import torch


def orthogonalise(matrix: torch.Tensor, steps: int = 5) -> torch.Tensor:
    """Newton-Schulz iteration of order five: all singular values of [rows, columns] move close to 1."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = matrix.bfloat16()
    x = x / (x.norm() + 1e-7)
    tall = x.shape[0] > x.shape[1]
    if tall:
        x = x.T
    for _ in range(steps):
        s = x @ x.T
        x = a * x + (b * s + c * s @ s) @ x
    return (x.T if tall else x).float()


class Muon:
    """Convolutions count as matrices [out, in * height * width]. With several workers each computes a share of the
    steps."""

    def __init__(self, parameters: Sequence[torch.nn.Parameter], rate: float, momentum: float = 0.95, rank: int = 0,
                 workers: int = 1):
        self.parameters, self.rate, self.momentum = list(parameters), rate, momentum
        self.rank, self.workers = rank, workers
        self.velocity = [torch.zeros_like(p) for p in self.parameters]
        self.shares = self._divide()

    def _divide(self) -> List[List[int]]:
        """Which worker orthogonalises which parameter: the dearest first, each to the worker with the least work so
        far."""
        cost = [min(p.shape[0], p[0].numel()) * p.numel() for p in self.parameters]
        work, shares = [0] * self.workers, [[] for _ in range(self.workers)]
        for k in sorted(range(len(cost)), key=lambda k: -cost[k]):
            worker = min(range(self.workers), key=lambda w: work[w])
            shares[worker].append(k)
            work[worker] += cost[k]
        return [sorted(share) for share in shares]

    def _direction(self, k: int) -> torch.Tensor:
        """Nesterov momentum, orthogonalised; tall matrices are scaled up so that every output moves alike."""
        gradient = self.parameters[k].grad.lerp(self.velocity[k], self.momentum).flatten(1)
        return orthogonalise(gradient) * max(1, gradient.shape[0] / gradient.shape[1]) ** 0.5

    @torch.no_grad()
    def step(self) -> None:
        for velocity, parameter in zip(self.velocity, self.parameters):
            velocity.mul_(self.momentum).add_(parameter.grad, alpha=1 - self.momentum)
        # All workers compute before the first one sends: otherwise they would do so one after the other.
        mine = [self._direction(k).reshape(-1) for k in self.shares[self.rank]]
        for worker, share in enumerate(self.shares):
            for k, direction in zip(share, self._exchange(worker, share, mine)):
                parameter = self.parameters[k]
                parameter.add_(direction.view_as(parameter), alpha=-self.rate)

    def _exchange(self, worker: int, share: List[int], mine: List[torch.Tensor]) -> List[torch.Tensor]:
        """The directions of one worker's share, sent from there to all. mine: those of this worker's own."""
        if not share or self.workers == 1:
            return mine
        import torch.distributed as dist
        sizes = [self.parameters[k].numel() for k in share]
        flat = torch.cat(mine) if worker == self.rank else torch.empty(sum(sizes))
        dist.broadcast(flat, worker)
        return list(flat.split(sizes))

    def state_dict(self) -> List[torch.Tensor]:
        return [v.clone() for v in self.velocity]

    def load_state_dict(self, state: List[torch.Tensor]) -> None:
        for velocity, saved in zip(self.velocity, state):
            velocity.copy_(saved)
