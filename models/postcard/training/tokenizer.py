"""Byte-pair tokenizer in CLIP's file format (vocab.json, merges.txt), learnt from the captions (Sennrich et al. 2016,
arXiv:1508.07909).

The vocabulary holds every single byte, plain and at the end of a word, so that any text tokenises; pairs are merged
until every word of the captions is one token.

    python3 tokenizer.py --out work/tokenizer
"""
import argparse
import collections
import json
import os
import random
import re
from typing import Any, Counter, Dict, List, Tuple

import captions
import files
import world

BOS, EOS = "<|startoftext|>", "<|endoftext|>"
LENGTH = 77
_WORDS = re.compile(r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|(?:[^\s\w]|_)+")
_UNMERGED = 1 << 30


def byte_letters() -> Dict[int, str]:
    """A printable character for each byte: printable Latin-1 stays itself, the rest move up past 255. The order is
    CLIP's."""
    printable = [b for b in range(256) if 33 <= b <= 126 or 161 <= b <= 172 or 174 <= b <= 255]
    letters = {b: chr(b) for b in printable}
    others = [b for b in range(256) if b not in letters]
    letters.update({b: chr(256 + k) for k, b in enumerate(others)})
    return letters


def split_words(text: str) -> List[str]:
    return _WORDS.findall(re.sub(r"\s+", " ", text).strip().lower())


def _letters_of(word: str, letters: Dict[int, str]) -> List[str]:
    parts = [letters[b] for b in word.encode()]
    parts[-1] += "</w>"
    return parts


def _merged(parts: List[str], pair: Tuple[str, str]) -> List[str]:
    merged, k = [], 0
    while k < len(parts):
        together = k + 1 < len(parts) and (parts[k], parts[k + 1]) == pair
        merged.append(parts[k] + parts[k + 1] if together else parts[k])
        k += 2 if together else 1
    return merged


def learn(counts: Counter[str], limit: int) -> List[Tuple[str, str]]:
    """The most frequent pair of neighbours becomes one part, again and again, `limit` times or until every word is
    whole."""
    letters = byte_letters()
    words = {word: _letters_of(word, letters) for word in counts}
    merges: List[Tuple[str, str]] = []
    while len(merges) < limit:
        pairs: Counter[Tuple[str, str]] = collections.Counter()
        for word, parts in words.items():
            for pair in zip(parts, parts[1:]):
                pairs[pair] += counts[word]
        if not pairs:
            break
        best = max(pairs, key=lambda p: (pairs[p], p))
        merges.append(best)
        words = {word: _merged(parts, best) for word, parts in words.items()}
    return merges


def corpus() -> Counter[str]:
    """How often each word occurs in 60,000 captions; the words that mean nothing count a little too."""
    rng, counts = random.Random(5), collections.Counter()
    for _ in range(60000):
        counts.update(split_words(world.caption(world.sample_spec(rng), rng, empty=0, noise=False)))
    for phrase in captions.FILLERS:
        counts.update({word: 50 for word in split_words(phrase)})
    return counts


def _special(token: str) -> Dict[str, Any]:
    return {"content": token, "lstrip": False, "normalized": True, "rstrip": False, "single_word": False}


def build(folder: str, limit: int = 1400) -> None:
    """Learns the merges and writes the four files of a tokenizer folder."""
    merges = learn(corpus(), limit)
    letters = list(byte_letters().values())
    names = letters + [c + "</w>" for c in letters] + [a + b for a, b in merges] + [BOS, EOS]
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "merges.txt"), "w", encoding="utf-8") as file:
        file.write("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
    special = {"bos_token": _special(BOS), "eos_token": _special(EOS), "unk_token": _special(EOS), "pad_token": EOS}
    settings = {"tokenizer_class": "CLIPTokenizer", "model_max_length": LENGTH, "do_lower_case": True,
                "add_prefix_space": False, "errors": "replace", **special}
    files.write_json(settings, os.path.join(folder, "tokenizer_config.json"))
    files.write_json(special, os.path.join(folder, "special_tokens_map.json"))
    with open(os.path.join(folder, "vocab.json"), "w", encoding="utf-8") as file:
        json.dump({name: k for k, name in enumerate(names)}, file, ensure_ascii=False)


class Tokenizer:
    """Reads a tokenizer folder. `vocab` maps a token's text to its id."""

    def __init__(self, folder: str):
        self.vocab: Dict[str, int] = files.read_json(os.path.join(folder, "vocab.json"))
        with open(os.path.join(folder, "merges.txt"), encoding="utf-8") as file:
            lines = file.read().split("\n")[1:]
        self.rank = {tuple(line.split(" ")): k for k, line in enumerate(lines) if line}
        self.letters = byte_letters()
        self.cache: Dict[str, List[int]] = {}
        self.bos, self.eos = self.vocab[BOS], self.vocab[EOS]

    def word(self, word: str) -> List[int]:
        """Token ids of one word as `split_words` gives it."""
        if word in (BOS, EOS):
            return [self.vocab[word]]
        if word not in self.cache:
            parts = _letters_of(word, self.letters)
            while len(parts) > 1:
                rank, k = min((self.rank.get(pair, _UNMERGED), k) for k, pair in enumerate(zip(parts, parts[1:])))
                if rank == _UNMERGED:
                    break
                parts[k:k + 2] = [parts[k] + parts[k + 1]]
            if len(self.cache) > 50000:      # nonsense words come without end
                self.cache.clear()
            self.cache[word] = [self.vocab[part] for part in parts]
        return self.cache[word]

    def ids(self, text: str) -> List[int]:
        """Token ids of a text, without begin and end."""
        return [token for word in split_words(text) for token in self.word(word)]

    def frame(self, ids: List[int]) -> List[int]:
        """Exactly 77 ids: begin, the first 75, and end tokens to the end."""
        ids = ids[:LENGTH - 2]
        return [self.bos] + ids + [self.eos] * (LENGTH - 1 - len(ids))

    def encode(self, text: str) -> List[int]:
        return self.frame(self.ids(text))


def main() -> None:
    parser = argparse.ArgumentParser(description="Learn the vocabulary from the captions.")
    parser.add_argument("--out", default="work/tokenizer")
    arguments = parser.parse_args()
    build(arguments.out)
    tokenizer = Tokenizer(arguments.out)
    print(len(tokenizer.vocab), "tokens;", "longest word of a caption:",
          max(len(tokenizer.word(word)) for word in corpus()), "token")


if __name__ == "__main__":
    main()
