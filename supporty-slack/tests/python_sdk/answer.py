"""Answers lines of JSON with what Slack's own SDK thinks of a request: whether it is Slack's, and how it would be signed."""

import json
import sys

from slack_sdk.signature import Clock, SignatureVerifier


class At(Clock):
    def __init__(self, now):
        self.at = now

    def now(self):
        return self.at


for line in sys.stdin:
    asked = json.loads(line)
    try:
        verifier = SignatureVerifier(asked["secret"], At(asked["now"]))
        signed = verifier.generate_signature(timestamp=asked["timestamp"], body=asked["body"])
        valid = verifier.is_valid(asked["body"].encode(), asked["timestamp"], asked["signature"])
    except (ValueError, TypeError):
        # It raises where there is no number of seconds, no secret, or a signature that is not ASCII.
        signed, valid = None, False
    print(json.dumps({"signed": signed, "valid": valid}))
