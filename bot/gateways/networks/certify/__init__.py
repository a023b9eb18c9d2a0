"""Checks that a network keeps its contract with the desk, against a stand-in for its server."""

from bot.gateways.networks.certify.bench import Bench, bench_of
from bot.gateways.networks.certify.certify import ContractCheck, ContractFinding, certify, checks
from bot.gateways.networks.certify.interference import SPOILED_CALLS, SpoiledCall
from bot.gateways.networks.certify.stand_in import OurPost, StandIn

__all__ = [
    "SPOILED_CALLS",
    "Bench",
    "ContractCheck",
    "ContractFinding",
    "OurPost",
    "SpoiledCall",
    "StandIn",
    "bench_of",
    "certify",
    "checks",
]
