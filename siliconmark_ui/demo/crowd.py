"""Who owns the jobs of a bulk load, and the words on them: skewed as real ones are, one customer far ahead. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.words import TAGS_MAX

CUSTOMERS = 200
USERS = 5000
TAGS = 2000
LARGEST_SHARE = 0.10
COMMON_TAG = "production"
COMMON_TAG_SHARE = 0.15
MOST_DRAWN_TAGS = 4
# The largest customer's first people can sign in, as well as one of the staff and one root administrator.
SIGN_IN_ROLES = (Role.USER, Role.CUSTOMER_ADMIN, Role.STAFF, Role.ROOT_ADMIN)
_COMMON_WORDS = ("nightly", "weekly", "acceptance", "burn-in", "smoke", "regression", "Vergleich", "pre-training")
_SYLLABLES = (
    ("ba", "cor", "del", "fen", "gra", "hol", "jun", "kel", "lor", "mar", "nor", "pel", "quin", "ros", "sil", "tor"),
    ("a", "e", "i", "o", "u"),
    ("bert", "dan", "gon", "lis", "mund", "nax", "rath", "ston", "thyr", "vik"),
)
_COMPANIES = ("Aster", "Bruno", "Cobalt", "Delta", "Ember", "Fjord", "Garnet", "Harbor", "Indigo", "Juniper")
_LINES = ("Compute", "Research", "Cloud", "Labs", "Robotics", "Genomics", "Studios", "Energy", "Motors", "Finance")


@dataclass(frozen=True, slots=True)
class BulkPerson:
    """One account of a load; `customer` counts from 0. Only those who `signs_in` are active."""

    email: str
    name: str
    role: Role
    customer: int
    signs_in: bool


@dataclass(frozen=True, slots=True)
class Crowd:
    """The customers and people of one load; a customer's people stand together, from `starts[c]` on."""

    customers: tuple[str, ...]
    people: tuple[BulkPerson, ...]
    starts: NDArray[np.int64]
    shares: NDArray[np.float64]

    def draw_owners(self, rng: np.random.Generator, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the customers and people (places in the tuples) who own `count` jobs."""
        customers = rng.choice(len(self.customers), size=count, p=self.shares).astype(np.int64)
        sizes = np.diff(self.starts)[customers]
        # Squared: the first of a customer's people ask for far more jobs than the last.
        places = (rng.random(count) ** 2 * sizes).astype(np.int64)
        return customers, self.starts[:-1][customers] + places


def build_crowd(load: int) -> Crowd:
    """Return the 200 customers and 5,000 people of the load with that number."""
    names = tuple(
        f"Load {load}: {company} {line} {number}" for number, company, line in product((1, 2), _COMPANIES, _LINES)
    )
    sizes = np.full(CUSTOMERS, (USERS - 500) // (CUSTOMERS - 1), dtype=np.int64)
    sizes[0] = USERS - int(sizes[1:].sum())
    weights = 1.0 / np.arange(9, CUSTOMERS + 8)
    shares = np.concatenate([[LARGEST_SHARE], (1 - LARGEST_SHARE) * weights / weights.sum()])
    people = [_person(load, customer, place) for customer in range(CUSTOMERS) for place in range(int(sizes[customer]))]
    return Crowd(names, tuple(people), np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64), shares)


def _person(load: int, customer: int, place: int) -> BulkPerson:
    if customer == 0 and place < len(SIGN_IN_ROLES):
        role = SIGN_IN_ROLES[place]
        name = role.value.replace("_", "-")
        return BulkPerson(f"load{load}-{name}@demo.example", f"Load {load} {name}", role, customer, signs_in=True)
    role = Role.CUSTOMER_ADMIN if place == 0 else Role.USER
    email = f"load{load}-{customer}-{place}@demo.example"
    return BulkPerson(email, f"Person {place} of customer {customer}", role, customer, signs_in=False)


class Words:
    """Names and tags with common and rare parts."""

    def __init__(self) -> None:
        self._rare = ["".join(parts) for parts in product(*_SYLLABLES)]
        self._rare_ends = _zipf_ends(len(self._rare))
        self.tags = [COMMON_TAG, *_tag_words()]
        self._tag_ends = _zipf_ends(TAGS - 1)

    def draw_names(self, rng: np.random.Generator, count: int) -> list[str]:
        """Return beginnings of names, from common to rare; a job's number behind them makes them unique."""
        common = rng.integers(len(_COMMON_WORDS), size=count).tolist()
        rare = np.searchsorted(self._rare_ends, rng.random(count)).tolist()
        return [f"{_COMMON_WORDS[first]} {self._rare[second]}" for first, second in zip(common, rare, strict=True)]

    def draw_tags(self, rng: np.random.Generator, count: int) -> list[list[str]]:
        """Return the tags of `count` jobs: the common one on 15 % of them, up to four others."""
        drawn = np.searchsorted(self._tag_ends, rng.random((count, MOST_DRAWN_TAGS))).tolist()
        numbers = rng.choice(MOST_DRAWN_TAGS + 1, size=count, p=(0.30, 0.30, 0.25, 0.10, 0.05)).tolist()
        common = (rng.random(count) < COMMON_TAG_SHARE).tolist()
        return [
            self._tags_of(has_common, places[:number])
            for has_common, places, number in zip(common, drawn, numbers, strict=True)
        ]

    def _tags_of(self, has_common: bool, places: Sequence[int]) -> list[str]:
        tags = [self.tags[place + 1] for place in places]
        return list(dict.fromkeys([COMMON_TAG, *tags] if has_common else tags))[:TAGS_MAX]


def _zipf_ends(size: int) -> NDArray[np.float64]:
    """The ends of the intervals that make the n-th of `size` things come with a share near 1/n."""
    weights = 1.0 / np.arange(12, size + 12)
    ends: NDArray[np.float64] = np.cumsum(weights / weights.sum())
    ends[-1] = 1.0
    return ends


def _tag_words() -> list[str]:
    regions = [f"region:{place}-{number}" for place in ("eu-west", "us-east", "ap-south") for number in (1, 2, 3)]
    providers = [f"provider: {name}" for name in ("aws", "gcp", "azure", "oci", "on-premises")]
    kinds = ["staging", "nightly", "weekly", "acceptance", "burn-in", "regression", "lüfter"]
    known = [*kinds, *providers, *regions]
    teams = [f"team:{first}{second}{third}" for first, second, third in product(*_SYLLABLES)][:600]
    tickets = [f"ticket/{4100 + 7 * number}" for number in range(TAGS)]
    return [*known, *teams, *tickets][: TAGS - 1]
