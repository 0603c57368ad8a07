"""Every renderer that is known: the probes, and those of the samples where they are at hand."""

import json

from .probes import PROBES


def renderers(samples=None) -> dict:
    """Name → renderer JSON, each once."""
    found = dict(PROBES)
    folder = samples / "webmap" if samples else None
    for file in sorted(folder.rglob("*.json")) if folder else []:
        for number, renderer in enumerate(_below(json.loads(file.read_text("utf-8")), file.parent.name)):
            found[f"{file.parent.name}/{file.stem}/{number}"] = renderer
    seen, once = set(), {}
    for name, renderer in found.items():
        text = json.dumps(renderer, sort_keys=True)
        if text not in seen:
            seen.add(text)
            once[name] = renderer
    return once


def _below(value, folder: str) -> list:
    if folder == "renderers":
        return [value]
    if isinstance(value, list):
        return [found for child in value for found in _below(child, folder)]
    if not isinstance(value, dict):
        return []
    own = [value["renderer"]] if isinstance(value.get("renderer"), dict) else []
    return own + [found for child in value.values() for found in _below(child, folder)]
