"""Writes what the app's engine is compared with: whole runs of the exported model, NAME.json and NAME.safetensors each.

    python3 reference.py --model .. --out ../../../tests/Goldens/postcard

The README of that folder says what the tensors mean. Arithmetic is float32 on a processor.
"""
import argparse
import os
from typing import Any, Dict, List

import torch

import files
import sampling
import tensors
from sample import Pipeline


def cases(model: str, size: int) -> Dict[str, Dict[str, Any]]:
    """One recipe for each sampler; with and without negative prompt, off the native shape, and with what LoRAs there
    are."""
    wide = {"width": size + 72, "height": size - 40}        # no level of the UNet can halve these without a rest
    native = {"width": size, "height": size}
    recipes = {
        "karras": dict(prompt="a red lighthouse on the beach at sunset", negative_prompt="", **native, seed=7, steps=20,
                       guidance_scale=5.0, sampler="dpmpp_2m", schedule="karras"),
        "negative": dict(prompt="a white sailboat on the ocean", negative_prompt="night, clouds", **wide, seed=11,
                         steps=12, guidance_scale=4.0, sampler="ddim")}
    folder = os.path.join(model, "loras")
    names = sorted(name[:-len(".safetensors")] for name in os.listdir(folder) if name.endswith(".safetensors")) \
        if os.path.isdir(folder) else []
    if names:
        weights = [0.8, -0.5, 0.3]
        recipes["lora"] = dict(
            prompt="a house in the forest at noon", negative_prompt="", **native, seed=3, steps=10, guidance_scale=5.0,
            sampler="euler", schedule="normal",
            loras=[dict(name=name, weight=weight) for name, weight in zip(names, weights)])
    return recipes


def run(pipeline: Pipeline, case: Dict[str, Any]) -> Dict[str, torch.Tensor]:
    """The tensors of a recipe."""
    noise = pipeline.noise([case["seed"]], case["width"], case["height"])
    schedule = case.get("schedule") or sampling.DEFAULT_SCHEDULES[case["sampler"]]
    # The engine reads the list in float32; both sides step over the same numbers.
    sigmas = torch.tensor(sampling.SCHEDULES[schedule](pipeline.levels, case["steps"]), dtype=torch.float32)
    seen: List[torch.Tensor] = []

    def watch(x: torch.Tensor, sigma: float) -> torch.Tensor:
        seen.append(x)
        return x

    final = pipeline.run(noise, [case["prompt"]], sigmas.tolist(), case["guidance_scale"], case["sampler"],
                         case["negative_prompt"], watch=watch)
    with torch.no_grad():
        picture = pipeline.vae.decode(final / pipeline.scale)
    return {"noise": noise, "sigmas": sigmas, "latents_first": seen[0], "latents_final": final,
            "picture": picture.half()}


def main() -> None:
    parser = argparse.ArgumentParser(description="Write reference runs for the app's engine.")
    parser.add_argument("--model", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    pipeline = Pipeline(arguments.model)
    for name, case in cases(arguments.model, pipeline.size).items():
        pipeline = Pipeline(arguments.model)
        for lora in case.get("loras", []):
            pipeline.add_lora(os.path.join(arguments.model, "loras", lora["name"] + ".safetensors"), lora["weight"])
        result = run(pipeline, case)
        tensors.save(result, os.path.join(arguments.out, name + ".safetensors"), dtype=None)
        files.write_json(case, os.path.join(arguments.out, name + ".json"))
        print(f"{name}: latents up to {float(result['latents_final'].abs().max()):.2f}", flush=True)


if __name__ == "__main__":
    main()
