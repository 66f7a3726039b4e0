"""A resident's account goes, with its sessions, its devices and any code on its way."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.events import PersonLeft
from backend.accounts.identify import reporter_hash
from backend.accounts.models import (
    AccountDevice,
    Device,
    ResidentAccount,
    ResidentSession,
    SignInCode,
)
from backend.core.actors import Actor
from backend.core.db import lock_id
from backend.core.errors import Unauthenticated
from backend.core.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody about to be forgotten: what they sign in with, and every hash they are known by."""

    account: ResidentAccount | None
    devices: frozenset[UUID]
    hashes: frozenset[str]


def take_leave(work: UnitOfWork, person: Actor) -> Leaver:
    """Let nobody act in the name of `person` from now on, and wait for what is under way.

    First of all in a transaction that is nobody's: two of their own would wait for each other. Who
    keeps something of them hears of it now, before anything else is held. Raises `Unauthenticated`
    for somebody nobody knows, or not any more.
    """
    leaver = _held(work, person)
    work.emit(PersonLeft(tuple(sorted(leaver.hashes))))
    return leaver


def forget_account(work: UnitOfWork, leaver: Leaver) -> None:
    """Forget the account and the devices of somebody who took leave; nothing without any."""
    session, account = work.session, leaver.account
    if account is not None:
        for model, condition in (
            (AccountDevice, AccountDevice.account_id == account.id),
            (ResidentSession, ResidentSession.account_id == account.id),
            (SignInCode, SignInCode.address_hash == account.address_hash),
        ):
            session.execute(sa.delete(model).where(condition))
        session.delete(account)
        session.flush()
    session.execute(sa.delete(Device).where(Device.id.in_(leaver.devices)))


def _held(work: UnitOfWork, person: Actor) -> Leaver:
    if person.account is not None:
        return _hold_account(work, person.account)
    if person.device is not None:
        return _hold_device(work, person.device)
    if not person.reporters:
        raise Unauthenticated("sign-in-needed")
    return Leaver(None, frozenset(), person.reporters)


def _hold_account(work: UnitOfWork, id_: UUID) -> Leaver:
    session = work.session
    address = session.scalar(
        sa.select(ResidentAccount.address_hash).where(ResidentAccount.id == id_)
    )
    if address is not None:
        # Whoever signs in to it does so before or after, with all that it takes.
        lock_id(session, UUID(address[:32]))
    account = session.get(ResidentAccount, id_, with_for_update=True)
    if account is None:
        raise Unauthenticated("token-not-valid")
    links = sa.select(AccountDevice.device_id).where(AccountDevice.account_id == id_)
    devices = sa.select(Device.id).where(Device.id.in_(links)).order_by(Device.id)
    held = frozenset(session.scalars(devices.with_for_update()))
    return Leaver(account, held, _hashes(work, held) | {account.reporter_hash})


def _hold_device(work: UnitOfWork, id_: UUID) -> Leaver:
    session = work.session
    held = session.get(Device, id_, with_for_update=True)
    # One that came into an account since speaks through the account alone.
    linked = sa.select(sa.exists().where(AccountDevice.device_id == id_))
    if held is None or session.scalar(linked):
        raise Unauthenticated("token-not-valid")
    return Leaver(None, frozenset({id_}), _hashes(work, {id_}))


def _hashes(work: UnitOfWork, devices: Collection[UUID]) -> frozenset[str]:
    return frozenset(reporter_hash(work.runtime, f"device:{device}") for device in devices)
