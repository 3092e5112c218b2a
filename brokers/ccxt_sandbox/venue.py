"""The test account as the fund sees it: a broker like any other."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal

from msgspec.structs import replace

from brokers.ccxt_sandbox.books import Books, heard_of
from brokers.ccxt_sandbox.session import Session
from brokers.ccxt_sandbox.stops import STOPS
from brokers.ccxt_sandbox.traits import Traits
from brokers.ccxt_sandbox.truth.machine import Machine
from brokers.ccxt_sandbox.truth.messages import Change, Drop, News, Place, ToldNote
from brokers.ccxt_sandbox.truth.retelling import Heard, retell
from brokers.ccxt_sandbox.truth.rows import CAPITAL, Adopted, Intent
from magents.book.ledger import Account
from magents.journal.past import Past
from magents.model.instruments import Instrument, Kind
from magents.model.money import ZERO, plain, to_step
from magents.model.orders import CLOSED, Order, OrderState, Side, TimeInForce
from magents.model.records import Amendment, Notice, OrderEvent
from magents.model.ticks import Block

MARK = "mag"
"""What our client ids begin with, so that they are known even without a journal."""
Post = Callable[[Callable[[], object]], None]


def client_id(run: str, order: str, length: int = 32) -> str:
    """Return the id under which a venue knows an order: the same again for the same order."""
    digest = hashlib.blake2b(order.encode(), key=run.encode()[:64], digest_size=16).hexdigest()
    return (MARK + digest)[:length]


def sellable(held: Decimal, wanted: Decimal, lot: Decimal) -> Decimal:
    """Return how much of a holding a sale that means all of it can sell.

    A fee kept in units leaves a little less than was ordered. Where a sale exceeds the holding by
    no more than a hundredth, it is cut to whole lots of the holding; anything else is left as it
    is, for the venue to judge.
    """
    if held <= ZERO or wanted <= held or wanted > held * Decimal("1.01"):
        return wanted
    return to_step(held, lot, ROUND_DOWN)


class Custody:
    """Whose money it is, is the ledger's affair; the venue knows one account."""

    def allocate(self, pod: str, amount: Decimal) -> None:
        """Take no note: the venue knows no pods."""

    def notices(self, start: int) -> list[Notice]:
        """Return nothing: notices were told as they came."""
        return []


class SandboxVenue:
    """Takes the fund's orders to its session, and tells what became of them.

    Args:
        run: the run's name, which client ids are made of. post: gives the fund a turn.
        begin: starts machine and tasks. adopted: what the journal of orders has of that.
    """

    def __init__(  # noqa: PLR0913 - the parts of a venue
        self,
        run: str,
        traits: Traits,
        instruments: Mapping[str, Instrument],
        machine: Machine,
        session: Session,
        books: Books,
        post: Post,
        begin: Callable[[], None],
        adopted: Sequence[Adopted] = (),
    ) -> None:
        """Be closed until :meth:`open`."""
        self._adopted = [row for row in adopted if row.note != CAPITAL]
        self._missed: Callable[[], None] = _nothing
        self.custody = Custody()
        self._run = run
        self._traits = traits
        self._symbols = {each.id: symbol for symbol, each in instruments.items()}
        self._instruments = {each.id: each for each in instruments.values()}
        self._machine = machine
        self._session = session
        self._books = books
        self._post = post
        self._begin = begin

    @property
    def account(self) -> Account:
        """Return what the venue has for us, by what it told."""
        return self._books.account

    def open(self) -> None:
        """Tell what an earlier process was not told any more, and start the session."""
        self._missed()
        self._begin()

    def recall(self, past: Past, states: Mapping[str, OrderState]) -> None:
        """Hold what was held, and remember what the fund has not heard."""
        for event in past.booked:
            self._books.book(event)
        heard = heard_of(past, states)
        never = [o for o in past.open.values() if o.id not in self._machine.truth.by_order]
        unsent = [o for o in never if states[o.id] not in CLOSED]
        self._missed = lambda: self._retell(heard, unsent)

    def _retell(self, heard: Heard, unsent: Sequence[Order]) -> None:
        self._books.hear(list(retell(self._machine.truth, self._adopted, heard)))
        for order in unsent:
            where = (order.pod, order.id, order.instrument)
            state = OrderState.CANCELLED
            self._books.pass_on(OrderEvent(self._books.now(), *where, state, "it was never sent"))

    def finish(self) -> None:
        """Do nothing: the session takes its orders back when it is stopped."""

    def on_block(self, block: Block) -> None:
        """Book what was found, once there are prices; the venue has its own market data."""
        self._books.book_found()

    async def submit(self, order: Order) -> None:
        """Send an order, if the venue can have one like it."""
        why = self._unfit(order)
        if why:
            self._refuse(order, why)
            return
        traded = self._instruments[order.instrument]
        quantity = self._quantity(order, traded)
        if quantity != order.quantity:
            self._hear_change(order, quantity)
        intent = Intent(
            self._session.now(),
            client=client_id(self._run, order.id, self._traits.id_length),
            order=order.id,
            pod=order.pod,
            instrument=order.instrument,
            symbol=self._symbols[order.instrument],
            side=order.side,
            quantity=quantity,
            type=order.type,
            limit=order.limit,
            stop=order.stop,
            tif=order.tif,
            post_only=order.post_only,
            reduce_only=order.reduce_only,
        )
        self._session.offer(Place(intent))

    async def cancel(self, order_id: str) -> None:
        """Ask for an order to be cancelled."""
        self._session.offer(Drop(order_id))

    async def amend(self, change: Amendment) -> None:
        """Ask for another size or price."""
        self._session.offer(Change(change.order, change.quantity, change.limit))

    def _unfit(self, order: Order) -> str:
        """Return why the venue cannot have such an order."""
        traded = self._instruments.get(order.instrument)
        if traded is None:
            return f"{order.instrument} is not traded here"
        if traded.kind is Kind.INVERSE_PERPETUAL:
            return "contracts settled in their coin are not traded on test accounts"
        return self._lack(order, traded) or _out_of_line(order, traded)

    def _lack(self, order: Order, traded: Instrument) -> str:
        """Return why orders of such a kind are not sent at all."""
        if order.reduce_only and traded.kind is Kind.SPOT_CRYPTO:
            if order.side is Side.BUY:
                return "reduce-only, and on a spot market nothing is ever short"
            order = replace(order, reduce_only=False)  # a sale of coins can do nothing else
        why = self._traits.takes.lack(order, f"the {self._traits.id} {self._traits.account}")
        return why or _lack_of_stop(order)

    def _quantity(self, order: Order, traded: Instrument) -> Decimal:
        if order.side is Side.BUY or traded.kind is not Kind.SPOT_CRYPTO:
            return order.quantity
        held = self._books.units(order.pod, order.instrument)
        cut = sellable(held, order.quantity, traded.lot)
        return cut if cut > ZERO else order.quantity

    def _refuse(self, order: Order, why: str) -> None:
        where = (order.pod, order.id, order.instrument)
        self._post(
            lambda: self._books.pass_on(
                OrderEvent(self._books.now(), *where, OrderState.REJECTED, why)
            )
        )

    def _hear_change(self, order: Order, quantity: Decimal) -> None:
        where = (order.pod, order.id, order.instrument)
        self._post(lambda: self._books.pass_on(Amendment(self._books.now(), *where, quantity)))


def _out_of_line(order: Order, traded: Instrument) -> str:
    """Return what is wrong with the numbers of an order."""
    if order.quantity <= ZERO or order.quantity % traded.lot:
        return f"a quantity is a positive multiple of the lot, {plain(traded.lot)}"
    if traded.max_quantity is not None and order.quantity > traded.max_quantity:
        return f"a quantity is {plain(traded.max_quantity)} at most"
    for price in (order.stop, order.limit):
        why = "" if price is None else _limit_out_of_line(order, price, traded)
        if why:
            return why
    return ""


def _lack_of_stop(order: Order) -> str:
    """Return what a stop cannot have here."""
    if order.type not in STOPS:
        return ""
    if order.stop is None:
        return "a stop order has a stop price"
    if order.tif is not TimeInForce.GTC or order.post_only:
        return "a stop works until it is cancelled, and then as any order: gtc, without post-only"
    return ""


def _limit_out_of_line(order: Order, limit: Decimal, traded: Instrument) -> str:
    """Return what is wrong with a limit."""
    if limit <= ZERO:
        return "a limit order has a limit above 0" if limit == order.limit else "a stop is above 0"
    if traded.tick is not None and limit % traded.tick:
        name = "limit" if limit == order.limit else "stop"
        return f"a {name} is a multiple of the tick, {plain(traded.tick)}"
    worth = limit * order.quantity * traded.multiplier
    if traded.min_notional is not None and worth < traded.min_notional:
        return f"worth {plain(worth)}, the venue wants {plain(traded.min_notional)}"
    most = None if traded.filters is None else traded.filters.max_notional
    if most is not None and worth > most:
        return f"worth {plain(worth)}, the venue takes {plain(most)} at most"
    return ""


def poster() -> Post:
    """Return how the present loop gives the fund a turn; on a plain loop, at once."""
    loop = asyncio.get_running_loop()
    post: Post = getattr(loop, "post", _at_once)
    return post


def _nothing() -> None:
    """Have nothing to tell."""


def _at_once(callback: Callable[[], object]) -> None:
    callback()


def teller(
    books: Books, post: Post, shout: Callable[[str], None]
) -> Callable[[Sequence[News]], None]:
    """Return what takes news from the session to the fund, in a turn of the fund's own.

    Args:
        shout: tells people at once what they must know; it is in the journal too.
    """

    def tell(news: Sequence[News]) -> None:
        for each in news:
            if isinstance(each, ToldNote) and each.loud:
                shout(each.text)
        post(lambda: books.hear(news))

    return tell
