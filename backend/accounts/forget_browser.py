"""A browser is forgotten, as on a tablet that others use next: what it kept opens nothing more."""

import sqlalchemy as sa

from backend.accounts.models import Device
from backend.accounts.resident_sign_in import sign_out_resident
from backend.accounts.sign_in import hash_token
from backend.core.uow import UnitOfWork


def forget_browser(work: UnitOfWork, token: str) -> None:
    """End the session or the device's token that `token` is; one that is dead is no error.

    What was reported with it stays as it is.
    """
    sign_out_resident(work, token)
    # Others may refer to the device, so its row stays, behind a token that nobody has.
    nobodys = hash_token(work.runtime.ids.token())
    its_own = Device.token_hash == hash_token(token)
    work.session.execute(sa.update(Device).where(its_own).values(token_hash=nobodys))
