"""How large the networks are and how long each stage trains, for the machines that people have.

Times are minutes of training, saving and drawing included; learning rates rise and fall with the share of them that has
passed, so a preset takes the same time on any machine and a faster one simply sees more pictures.
"""
from dataclasses import dataclass, replace
from typing import Dict, Optional, Tuple

Limits = Dict[str, object]
"""What of the world is left: `styles`, `weathers`, `subjects` as lists, `pairs` as the weight of two subjects
(world.sample_spec)."""


@dataclass(frozen=True)
class VaePhase:
    """One stretch of training the autoencoder, at one picture size."""
    size: int               # pixels
    minutes: float
    batch: int              # pictures per step, all workers together
    rate: float             # AdamW; 2e-4 is safe from the colour start, 1e-3 destroys it within 15 steps
    pool: int = 32          # pictures drawn at a time per worker
    reuse: int = 1          # passes over each pool; more than 1 only where drawing is slower than training
    focus: float = 2.0      # extra weight of the cells that hold a subject


@dataclass(frozen=True)
class Vae:
    """AutoencoderKL, f = 8 and 4 channels. At most 4 groups: with 2 channels in a group absolute colour is lost."""
    channels: Tuple[int, ...]
    layers: int
    groups: int
    phases: Tuple[VaePhase, ...]
    world: Optional[Limits] = None      # None: the whole world, so that other styles can be learnt later


@dataclass(frozen=True)
class Text:
    """The CLIP text transformer, and how long it reads captions before it sees a picture."""
    width: int
    layers: int
    heads: int
    minutes: float


@dataclass(frozen=True)
class UNetPhase:
    """One stretch of joint training of UNet and text encoder, on latents of one picture size."""
    size: int               # pixels; latents are an eighth
    minutes: float
    pictures: int           # drawn and encoded once; captions are worded anew at every use
    batch: int              # all workers together
    muon: float             # rate of Muon, hidden matrices of the UNet
    adam: float             # rate of AdamW, the rest of the UNet; the text encoder gets 0.4 of it
    decay: float = 0.4      # share of the phase, at its end, over which the rates fall
    floor: float = 0.02     # what they fall to, as a share
    ema: float = 0.998


@dataclass(frozen=True)
class UNet:
    """UNet2DConditionModel. `attention` says for each level, from the finest, whether it has transformers; the middle
    always has one. A phase on pictures of half the native size trains the network without its finest level, which
    grow.py then adds: it must be as wide as the next."""
    channels: Tuple[int, ...]
    layers: int
    heads: int
    groups: int
    attention: Tuple[int, ...]
    phases: Tuple[UNetPhase, ...]
    captions: int = 0       # kept per picture instead of wording new ones, where the device cannot wait for words
    offset: float = 0.07    # noise offset: a constant per channel, so that the whole range of brightness is learnt
    focus: float = 1.5      # extra weight of the cells that hold a subject
    naming: float = 0.3     # weight of the auxiliary head that names the subject in each cell


@dataclass(frozen=True)
class Preset:
    size: int               # the native size of the exported model, pixels
    world: Limits
    vae: Vae
    text: Text
    unet: UNet


FAIR: Limits = {"styles": ["flat"], "weathers": ["clear", "clouds"], "pairs": 12}
"""One style and fair weather: what a few hours of two processor cores can learn well."""

PRESETS: Dict[str, Preset] = {
    # Two processor cores, some hours. Small pictures first: composition and words are learnt four times as fast there.
    "cpu": Preset(
        size=256, world=FAIR,
        vae=Vae(channels=(16, 32, 48, 96), layers=1, groups=4, phases=(
            VaePhase(size=128, minutes=20, batch=8, rate=2e-4),
            VaePhase(size=256, minutes=23, batch=8, rate=3e-4)), world={"styles": ["flat"], "pairs": 18}),
        text=Text(width=128, layers=3, heads=4, minutes=4),
        unet=UNet(channels=(64, 64, 128, 192, 192), layers=1, heads=4, groups=16, attention=(0, 0, 1, 1, 0), phases=(
            UNetPhase(size=128, minutes=38, pictures=24000, batch=128, muon=0.02, adam=1e-3, decay=0.2, floor=0.3),
            UNetPhase(size=256, minutes=38, pictures=10000, batch=64, muon=0.01, adam=5e-4)))),

    # One large GPU, the whole world. It has been built and run forward, never trained: the learning rates are those of
    # "cpu" carried over and are untried at these widths and batches. Look at vae_check.png before going on.
    "gpu": Preset(
        size=256, world={"pairs": 18},
        vae=Vae(channels=(32, 64, 64, 96), layers=1, groups=4, phases=(
            VaePhase(size=256, minutes=8, batch=32, rate=2e-4, pool=512, reuse=3),)),
        text=Text(width=128, layers=4, heads=4, minutes=3),
        unet=UNet(channels=(96, 96, 192, 256, 256), layers=1, heads=4, groups=16, attention=(0, 1, 1, 1, 0), captions=6,
                  phases=(
            UNetPhase(size=128, minutes=8, pictures=200000, batch=1024, muon=0.02, adam=1e-3, decay=0.2, floor=0.3,
                      ema=0.9995),
            UNetPhase(size=256, minutes=20, pictures=160000, batch=512, muon=0.01, adam=5e-4, ema=0.9995)))),

    # A minute or two, only to see that every script runs; its pictures are noise.
    "smoke": Preset(
        size=64, world=FAIR,
        vae=Vae(channels=(16, 16, 16, 16), layers=1, groups=4, phases=(
            VaePhase(size=32, minutes=0.05, batch=8, rate=2e-4, pool=16),
            VaePhase(size=64, minutes=0.05, batch=8, rate=2e-4, pool=16, reuse=2))),
        text=Text(width=32, layers=2, heads=2, minutes=0.05),
        unet=UNet(channels=(16, 16, 32, 32), layers=1, heads=2, groups=8, attention=(0, 0, 1, 1), captions=2, phases=(
            UNetPhase(size=32, minutes=0.05, pictures=64, batch=8, muon=0.02, adam=1e-3),
            UNetPhase(size=64, minutes=0.05, pictures=64, batch=8, muon=0.01, adam=5e-4)))),
}

# Two processor cores, an hour and forty minutes more on what resume.py took from a finished model.
PRESETS["more"] = replace(PRESETS["cpu"], unet=replace(PRESETS["cpu"].unet, phases=(
    UNetPhase(size=256, minutes=100, pictures=16000, batch=64, muon=0.01, adam=5e-4),)))
