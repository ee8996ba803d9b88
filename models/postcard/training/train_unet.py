"""Trains text encoder and UNet together: velocity prediction on latents, small pictures first.

Between two phases the UNet grows by the level that the larger pictures need (grow.py).

    python3 train_unet.py --preset cpu --workers 2 --minutes 9

Call it again until it says that it is done. work/unet.pt is the result.

What it does beside the plain recipe: time steps are stratified over each batch; the loss has min-SNR weights (Hang et
al. 2023, arXiv:2303.09556) and counts the cells of subjects more; noise has an offset per channel; an auxiliary head
names the subject in each cell, which tells the UNet early what the words are about; hidden matrices learn with Muon.
"""
import argparse
import os
import random
from typing import Dict, List

import torch
import torch.nn as nn
import torch.nn.functional as F

import encode
import files
import parallel
import sampling
import world
from grow import grow
from networks import autocast, new_text_and_unet, parameters_of
from pace import deadline
from presets import PRESETS, Preset, UNetPhase
from tokenizer import Tokenizer
from trainer import Trainer
from warm_text import RESULT as WARM_TEXT

RESULT, STATE = "unet.pt", "unet_training_{}.pt"
TEXT_SHARE = 0.4        # of AdamW's rate
EMPTY = 0.10            # captions left empty, for guidance
SNR_LIMIT = 5.0
ENDS = ("conv_in", "conv_out", "time_embedding")       # not hidden: AdamW trains them


class Lessons:
    """Latents of one phase, on the device, and captions for them. A worker holds every so many files."""

    def __init__(self, preset: Preset, phase: UNetPhase, work: str, rank: int, workers: int, device: torch.device):
        paths = encode.paths(work, phase)
        parts = [encode.load(path) for path in paths[rank::workers] or paths]
        self.latents = torch.cat([part["latents"] for part in parts]).to(device)
        self.occupancy = torch.cat([part["occupancy"] for part in parts]).to(device)
        self.captions = torch.cat([part["captions"] for part in parts]).to(device) if preset.unet.captions else None
        self.specs: List[world.Spec] = [spec for part in parts for spec in part["specs"]]
        self.kinds = self._kinds().to(device)

    def _kinds(self) -> torch.Tensor:
        """[n, 2, kinds]: 1 for the kind of the first and the second subject."""
        kinds = torch.zeros(len(self.specs), 2, len(world.SUBJECTS))
        for row, spec in enumerate(self.specs):
            for n, subject in enumerate(spec["subjects"]):
                kinds[row, n, world.SUBJECTS.index(subject["kind"])] = 1
        return kinds

    def words(self, pick: torch.Tensor, tokenizer: Tokenizer, rng: random.Random) -> torch.Tensor:
        """Token ids [batch, 77]: worded anew, or one of those kept."""
        if self.captions is None:
            ids = [tokenizer.encode(world.caption(self.specs[k], rng, EMPTY)) for k in pick.tolist()]
            return torch.tensor(ids, device=pick.device)
        which = torch.tensor([rng.randrange(self.captions.shape[1]) for _ in range(len(pick))], device=pick.device)
        return self.captions[pick, which].long()


class NamingHead(nn.Module):
    """Reads the UNet's state after one of its up blocks and says, for each cell, which subjects are there.

    Blocks are counted from the coarsest, so that the head stays where it is when the UNet grows. Says no at first.
    """

    def __init__(self, preset: Preset):
        super().__init__()
        smallest = min(phase.size for phase in preset.unet.phases)
        levels = len(preset.unet.channels) - ((preset.size // smallest).bit_length() - 1)
        self.block = levels - 2         # half as fine as the smallest latents
        self.conv = nn.Conv2d(preset.unet.channels[::-1][self.block], len(world.SUBJECTS), 1)
        nn.init.zeros_(self.conv.weight)
        nn.init.constant_(self.conv.bias, -3.)

    def forward(self, state: torch.Tensor) -> torch.Tensor:
        return self.conv(state)


def build(preset: Preset, work: str, number: int, alphas: torch.Tensor) -> nn.ModuleDict:
    """text, unet and tap (the naming head) as the phase of this number finds them: the text encoder has read captions
    before the first phase; each later one takes up, and grows, what the one before has made."""
    torch.manual_seed(11)
    tokenizer, phases = Tokenizer(os.path.join(work, "tokenizer")), preset.unet.phases
    text, unet = new_text_and_unet(preset, tokenizer, phases[number].size)
    nets = nn.ModuleDict({"text": text, "unet": unet, "tap": NamingHead(preset)})
    if os.path.exists(os.path.join(work, STATE.format(number + 1))):
        return nets             # the trainer takes up this state
    finished = os.path.join(work, STATE.format(0))
    if number == 0 and os.path.exists(finished):
        nets.load_state_dict(files.load_state(finished)["ema"], strict=False)      # by resume.py; the head is new
        return nets
    if number == 0:
        text.load_state_dict(files.load_state(os.path.join(work, WARM_TEXT)))
        return nets
    before = nn.ModuleDict({"text": text, "tap": nets["tap"]})
    before["unet"] = new_text_and_unet(preset, tokenizer, phases[number - 1].size)[1]
    before.load_state_dict(files.load_state(os.path.join(work, STATE.format(number)))["ema"])
    if phases[number].size == phases[number - 1].size:
        return before
    grow(before["unet"], unet, alphas)
    return nets


def make_trainer(nets: nn.ModuleDict, path: str, rank: int, workers: int) -> Trainer:
    """Muon for the hidden matrices of the UNet, AdamW for the rest."""
    hidden = [p for name, p in nets["unet"].named_parameters() if p.dim() > 1 and not name.startswith(ENDS)]
    chosen = {id(p) for p in hidden}
    rest = [p for net in (nets["unet"], nets["tap"]) for p in net.parameters() if id(p) not in chosen]
    return Trainer(nets, [(rest, 1.0), (list(nets["text"].parameters()), TEXT_SHARE)], hidden, path, rank, workers)


def stratified_timesteps(batch: int, generator: torch.Generator) -> torch.Tensor:
    """One in each of `batch` equal stretches of 0..999, in random order: every batch covers the whole range of
    noise."""
    device = generator.device
    order = torch.randperm(batch, generator=generator, device=device)
    return ((torch.rand(batch, generator=generator, device=device) + order) / batch * 1000).long().clamp(0, 999)


def losses(nets: nn.ModuleDict, lessons: Lessons, pick: torch.Tensor, ids: torch.Tensor, preset: Preset,
           alphas: torch.Tensor, generator: torch.Generator, bf16: bool) -> Dict[str, torch.Tensor]:
    """The loss, and what it is made of: velocity and naming."""
    x, occupancy = lessons.latents[pick].float(), lessons.occupancy[pick].float() / 255
    t = stratified_timesteps(len(pick), generator)
    noise = torch.randn(x.shape, generator=generator, device=x.device)
    noise = noise + preset.unet.offset * torch.randn(len(pick), 4, 1, 1, generator=generator, device=x.device)
    alpha = alphas[t][:, None, None, None]
    velocity = alpha.sqrt() * noise - (1 - alpha).sqrt() * x
    noisy = (alpha.sqrt() * x + (1 - alpha).sqrt() * noise).contiguous(memory_format=torch.channels_last)
    with autocast(x.device, bf16):
        guess, named = nets["unet"](noisy, t, nets["text"](ids), nets["tap"])
    snr_weight = (SNR_LIMIT * (1 - alphas[t]) / alphas[t]).clamp(max=1.0)
    cells = 1 + preset.unet.focus * occupancy.amax(1, keepdim=True)
    error = (((guess.float() - velocity).pow(2) * cells).mean((1, 2, 3)) * snr_weight).mean()
    naming = naming_loss(named.float(), occupancy, lessons.kinds[pick])
    return {"loss": error + preset.unet.naming * naming, "velocity": error, "naming": naming}


def naming_loss(named: torch.Tensor, occupancy: torch.Tensor, kinds: torch.Tensor) -> torch.Tensor:
    """named [batch, kinds, h/2, w/2], logits, against the share of each cell that a subject of each kind covers."""
    small = F.adaptive_avg_pool2d(occupancy, named.shape[-2:])
    want = torch.einsum("bnhw,bnk->bkhw", small, kinds).clamp(0, 1)
    return F.binary_cross_entropy_with_logits(named, want, reduction="none").sum(1).mean()


def train(phase: UNetPhase, number: int, rank: int, workers: int, options: argparse.Namespace) -> Trainer:
    """Takes up a phase and goes on with it until it, or this call, ends."""
    preset, device = PRESETS[options.preset], torch.device(options.device)
    alphas = sampling.alphas().float()
    nets = build(preset, options.work, number, alphas).to(device)
    alphas = alphas.to(device)
    trainer = make_trainer(nets, os.path.join(options.work, STATE.format(number + 1)), rank, workers)
    if trainer.phase:
        return trainer      # it had ended before
    if rank == 0:
        sizes = [parameters_of(nets[name]) / 1e6 for name in ("unet", "text")]
        print(f"UNet for {phase.size} pixels: {sizes[0]:.2f} million parameters, text encoder {sizes[1]:.2f}", flush=True)
    tokenizer = Tokenizer(os.path.join(options.work, "tokenizer"))
    lessons = Lessons(preset, phase, options.work, rank, workers, device)
    generator = torch.Generator(device=device).manual_seed(900 + rank + 7919 * trainer.steps + 104729 * number)
    rng = random.Random(300 + rank + 7919 * trainer.steps + 104729 * number)
    batch = max(1, phase.batch // workers)
    trainer.begin(phase.minutes, phase.adam, phase.muon, phase.ema, options.end, decay=phase.decay, floor=phase.floor)
    while trainer.going:
        pick = torch.randint(0, len(lessons.specs), (batch,), generator=generator, device=device)
        ids = lessons.words(pick, tokenizer, rng)
        figures = losses(nets, lessons, pick, ids, preset, alphas, generator, options.bf16)
        trainer.step(figures.pop("loss"), batch, **figures)
    if trainer.pace.finished:
        trainer.end_phase()
    return trainer


def work(rank: int, workers: int, options: argparse.Namespace) -> None:
    options.end = deadline(options.minutes)
    steps = seen = seconds = 0
    for number, phase in enumerate(PRESETS[options.preset].unet.phases):
        trainer = train(phase, number, rank, workers, options)
        if not trainer.phase:
            return
        steps, seen, seconds = steps + trainer.steps, seen + trainer.seen, seconds + trainer.seconds
        if rank == 0:
            print(f"{phase.size} pixels: {trainer.steps} steps, {trainer.seen} pictures, "
                  f"{trainer.seconds / 60:.1f} min", flush=True)
    if rank == 0:
        result = {"ema": trainer.average, "step": steps, "seen": seen, "spent": seconds}
        files.save_state(result, os.path.join(options.work, RESULT))
        print("UNet done", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Train UNet and text encoder.")
    parser.add_argument("--preset", default="cpu", choices=PRESETS)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--work", default="work")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--minutes", type=float, help="of this call; the preset's phases may need several calls")
    parser.add_argument("--bf16", type=int, default=1, help="0: no mixed precision")
    options = parser.parse_args()
    if os.path.exists(os.path.join(options.work, RESULT)):
        print("The UNet is already trained.")
        return
    parallel.launch(work, options.workers, options)


if __name__ == "__main__":
    main()
