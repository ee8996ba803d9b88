"""A small reader and writer of safetensors: an 8-byte header length, a JSON header, raw little-endian values."""
import json
import os
import struct
from typing import Dict, Mapping, Optional

import numpy as np
import torch

_NAMES = {torch.float16: "F16", torch.float32: "F32", torch.int64: "I64"}
_NUMPY = {"F16": np.dtype("<f2"), "F32": np.dtype("<f4"), "I64": np.dtype("<i8")}


def save(tensors: Mapping[str, torch.Tensor], path: str, dtype: Optional[torch.dtype] = torch.float16,
         metadata: Optional[Mapping[str, object]] = None) -> None:
    """Writes tensors under their names. dtype is what floating-point tensors become; None keeps each as it is."""
    header, values, at = {}, [], 0
    if metadata:
        header["__metadata__"] = {key: str(value) for key, value in metadata.items()}
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu()
        if dtype is not None and tensor.is_floating_point():
            tensor = tensor.to(dtype)
        raw = tensor.contiguous().numpy().astype(_NUMPY[_NAMES[tensor.dtype]], copy=False).tobytes()
        header[name] = {"dtype": _NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [at, at + len(raw)]}
        values.append(raw)
        at += len(raw)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path + ".new", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.writelines(values)
    os.replace(path + ".new", path)


def load(path: str) -> Dict[str, torch.Tensor]:
    """Reads all tensors of a file that `save`, or any program of this field, wrote in F16, F32 or I64."""
    with open(path, "rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        header, values = json.loads(file.read(size)), file.read()
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            array = np.frombuffer(values[start:end], _NUMPY[entry["dtype"]]).reshape(entry["shape"])
            tensors[name] = torch.from_numpy(array.copy())
    return tensors


def load_float(path: str) -> Dict[str, torch.Tensor]:
    """The same, with every floating-point tensor as float32, ready for `load_state_dict`."""
    return {name: t.float() if t.is_floating_point() else t for name, t in load(path).items()}
