"""Customers behind an address of ours that answers in JSON: one request for one customer, and nothing is kept.

GET <url>?order=NW-48213, or GET <url>?network=x&handle=priya_n&account_id=77, with "Authorization: Bearer <token>".
The answer is {"customers": [{"confirmed": true, "spend": 80, "engagement": 64, "segment": "advocate",
"facts": {"plan": "Gold"}}]}, with an empty list for nobody.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.cases.customer import CustomerRecord
from bot.gateways.customers.answers import record_of
from bot.gateways.outside import object_in, objects, read_json
from bot.ports.customers import CustomersGiven, CustomersKind, LookupTrouble

LARGEST = 64_000  # bytes of an answer about one customer


@dataclass(frozen=True, slots=True)
class HttpsCustomers:
    """The customers that one address knows."""

    given: CustomersGiven

    def by_order(self, number: str) -> Sequence[CustomerRecord]:
        """Ask for the customers of an order number."""
        return self._asked({"order": number})

    def by_handle(self, network: str, handle: str, author_id: str) -> Sequence[CustomerRecord]:
        """Ask for the customers with a handle."""
        return self._asked({"network": network, "handle": handle, "account_id": author_id})

    def _asked(self, question: Mapping[str, str]) -> Sequence[CustomerRecord]:
        told = _told(self.given, question)
        if not isinstance(told, dict) or not isinstance(told.get("customers"), list):
            raise LookupTrouble("The system that knows customers did not answer as it should.")
        return [record_of(one, object_in(one, "facts"), self.given.shows) for one in objects(told, "customers")]


def _told(given: CustomersGiven, question: Mapping[str, str]) -> object:
    """Return the JSON of the answer. Redirects are not followed, and no sentence names the address."""
    from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall  # noqa: PLC0415 - only for a look
    from bot.gateways.networks.wire import WireSession  # noqa: PLC0415 - heavy, only for a look

    base = "{0.scheme}://{0.netloc}".format(urlsplit(given.url))
    headers = {"Authorization": f"Bearer {given.token}", "Accept": "application/json"}
    try:
        with WireSession(base, given.within, LARGEST) as session:
            answer = session.get(given.url, params=question, headers=headers)
        return read_json(answer.content.decode("utf-8"))
    except RefusedCall as refused:
        raise LookupTrouble(f"The system that knows customers answered {refused.status}.") from None
    except (NotReached, BrokenOff):
        raise LookupTrouble("The system that knows customers did not answer.") from None
    except ValueError:
        raise LookupTrouble("The system that knows customers did not answer as it should.") from None


KIND = CustomersKind(name="https", build=HttpsCustomers, needs=("url",), needs_token=True)
