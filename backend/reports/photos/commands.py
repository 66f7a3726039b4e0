"""What phones ask of the photos of reports, as frozen values."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class OpenUpload:
    """Room for one photo of the report `report_id`; both ids were made on the phone.

    With `act_id` it belongs to what somebody says of the report in that comment or step.
    """

    id: UUID
    report_id: UUID
    size_bytes: int
    act_id: UUID | None = None
    alt_text: str = ""
