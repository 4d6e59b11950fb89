"""Reads lines {"what": "message" | "modal" | "home", "name": ..., "value": ...} and says which of them Slack's own SDK
refuses.

    cargo test -p supporty-slack --test render
    pip install slack_sdk
    python supporty-slack/peers/blocks.py target/tmp/surfaces.jsonl

The SDK checks lengths where an object is turned into a dictionary again; what it does not know it leaves out, which
counts as refused here.
"""

import json
import sys
from pathlib import Path

from slack_sdk.models.blocks import Block
from slack_sdk.models.metadata import Metadata
from slack_sdk.models.views import View


def validated(what, value):
    """What the SDK makes of it."""
    if what == "message":
        blocks = Block.parse_all(value["blocks"])
        made = {**value, "blocks": [block.to_dict() for block in blocks]}
        for block in blocks:
            block.validate_json()
        if "metadata" in value:
            made["metadata"] = Metadata(**value["metadata"]).to_dict()
        return made
    view = View(**value)
    view.validate_json()
    for block in view.blocks:
        block.validate_json()
    return view.to_dict()


def lost(before, after, path=""):
    """Everything of one value that is not in the other: the SDK adds defaults, and must lose nothing."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in before.items():
            if key not in after:
                # What is empty or false may be left unsaid.
                if value not in (False, None, "", []):
                    yield f"{path}/{key} is not known"
            else:
                yield from lost(value, after[key], f"{path}/{key}")
    elif isinstance(before, list) and isinstance(after, list):
        if len(before) != len(after):
            yield f"{path} has {len(after)} of {len(before)}"
        for index, (one, other) in enumerate(zip(before, after)):
            yield from lost(one, other, f"{path}/{index}")
    elif before != after:
        yield f"{path} is {after!r}"


def main():
    taken = refused = 0
    for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
        line = json.loads(line)
        try:
            wrong = list(lost(line["value"], validated(line["what"], line["value"])))
        except Exception as error:  # whatever the SDK raises is its answer
            wrong = [f"{type(error).__name__}: {error}"]
        if wrong:
            refused += 1
            print(f"{line['name']}: {'; '.join(wrong[:5])}", file=sys.stderr)
        else:
            taken += 1
    print(f"{taken} taken, {refused} refused")
    return 0 if taken and not refused else 1


if __name__ == "__main__":
    sys.exit(main())
