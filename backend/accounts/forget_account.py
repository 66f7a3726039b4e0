"""A resident's account goes, with its sessions, its devices and any code on its way."""

import sqlalchemy as sa

from backend.accounts.models import (
    AccountDevice,
    Device,
    ResidentAccount,
    ResidentSession,
    SignInCode,
)
from backend.core.uow import UnitOfWork


def forget_account(work: UnitOfWork) -> None:
    """Forget the account and the devices of the one who acts; nothing where there are none."""
    session, account_id = work.session, work.actor.account
    devices = {work.actor.device} - {None}
    if account_id is not None:
        account = session.get_one(ResidentAccount, account_id, with_for_update=True)
        links = sa.delete(AccountDevice).where(AccountDevice.account_id == account_id)
        devices |= set(session.scalars(links.returning(AccountDevice.device_id)))
        for model, condition in (
            (ResidentSession, ResidentSession.account_id == account_id),
            (SignInCode, SignInCode.address_hash == account.address_hash),
        ):
            session.execute(sa.delete(model).where(condition))
        session.delete(account)
        session.flush()
    session.execute(sa.delete(Device).where(Device.id.in_(devices)))
