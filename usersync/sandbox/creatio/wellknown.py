"""Rows every Creatio has, by the Ids they have everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SUPERVISOR_CONTACT = "410006e1-ca4e-4502-a9ec-e54d922d2c00"
SUPERVISOR_USER = "7f3b869f-34f3-4f20-ab4d-7480a5fdf647"
ALL_EMPLOYEES = "a29a3ba5-4b0d-de11-9a51-005056c00008"
OUR_COMPANY = "57412fad-53e6-df11-971b-001d60e938c6"

EMAIL = "ee1c85c3-cfcb-df11-9b2a-001d60e938c6"
WORK_PHONE = "3dddb3cc-53ee-49c4-a71f-e9e257f59e49"
MOBILE_PHONE = "d4a2dc80-30ca-df11-9b2a-001d60e938c6"
HOME_PHONE = "0da6a26b-d7bc-df11-b00f-001d60e938c6"
SKYPE = "09e4bda6-cfcb-df11-9b2a-001d60e938c6"
EXTENSION = "e9d91e45-8d92-4e38-95a0-ef8aa28c9e7a"

# The columns of a contact that are mirrored in its communications.
MIRRORED: Mapping[str, str] = {
    "Email": EMAIL,
    "Phone": WORK_PHONE,
    "MobilePhone": MOBILE_PHONE,
    "HomePhone": HOME_PHONE,
    "Skype": SKYPE,
}

BASE_ROWS: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "CommunicationType": (
        {"Id": EMAIL, "Name": "Email"},
        {"Id": WORK_PHONE, "Name": "Business phone"},
        {"Id": MOBILE_PHONE, "Name": "Mobile phone"},
        {"Id": HOME_PHONE, "Name": "Home phone"},
        {"Id": SKYPE, "Name": "Skype"},
        {"Id": EXTENSION, "Name": "Extension phone number"},
        {"Id": "6a3fb10c-67cc-df11-9b2a-001d60e938c6", "Name": "Primary phone"},
        {"Id": "2b387201-67cc-df11-9b2a-001d60e938c6", "Name": "Additional phone"},
        {"Id": "9a7ab41b-67cc-df11-9b2a-001d60e938c6", "Name": "Fax"},
        {"Id": "6a8ba927-67cc-df11-9b2a-001d60e938c6", "Name": "Web"},
        {"Id": "21c0d693-9a52-43fa-b7f1-c6d8b53975d4", "Name": "Other phone"},
    ),
    "ContactType": (
        {"Id": "60733efc-f36b-1410-a883-16d83cab0980", "Name": "Employee"},
        {"Id": "806732ee-f36b-1410-a883-16d83cab0980", "Name": "Contact person"},
        {"Id": "00783ef6-f36b-1410-a883-16d83cab0980", "Name": "Customer"},
    ),
    "AccountType": (
        {"Id": OUR_COMPANY, "Name": "Our company"},
        {"Id": "03a75490-53e6-df11-971b-001d60e938c6", "Name": "Customer"},
        {"Id": "f2c0ce97-53e6-df11-971b-001d60e938c6", "Name": "Partner"},
        {"Id": "f3c0ce97-53e6-df11-971b-001d60e938c6", "Name": "Contractor"},
        {"Id": "d34b9da2-53e6-df11-971b-001d60e938c6", "Name": "Supplier"},
        {"Id": "d44b9da2-53e6-df11-971b-001d60e938c6", "Name": "Competitor"},
    ),
    "WSysAccountRole": (
        {"Id": "85f6f2c0-16c5-40f4-bb75-becad578d495", "Name": "Administrator", "Code": "admin"},
        {"Id": "7640dfbd-0cf2-4040-998e-4641042eff46", "Name": "User", "Code": "user"},
    ),
    "TagType": ({"Id": "8d7f6d6c-4ca5-4b43-bdd9-a5e01a582260", "Name": "Private"},),
    "Contact": (
        {
            "Id": SUPERVISOR_CONTACT,
            "Name": "Supervisor",
            "Surname": "Supervisor",
            "TypeId": "60733efc-f36b-1410-a883-16d83cab0980",
        },
    ),
    "SysAdminUnit": (
        {"Id": ALL_EMPLOYEES, "Name": "All employees", "SysAdminUnitTypeValue": 0, "ConnectionType": 0},
        {"Id": "83a43ebc-f36b-1410-298d-001e8c82bcad", "Name": "System administrators", "SysAdminUnitTypeValue": 6},
        {
            "Id": "720b771c-e7a7-4f31-9cfb-52cd21c3739f",
            "Name": "All portal users",
            "SysAdminUnitTypeValue": 0,
            "ConnectionType": 1,
        },
        {
            "Id": SUPERVISOR_USER,
            "Name": "Supervisor",
            "SysAdminUnitTypeValue": 4,
            "ConnectionType": 0,
            "ContactId": SUPERVISOR_CONTACT,
        },
    ),
}
