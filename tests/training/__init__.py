"""Learns the weights by which triage tells kinds: `python -m tests.training POSTS LABELS WEIGHTS`.

POSTS are recorded posts (as for `heard triage`), LABELS what people call them (`tests/triage_labels.csv`), WEIGHTS the
file that is written. Posts of the half "fresh" are never read. It takes some minutes.
"""
