"""Guids that are the same in every Creatio, as its shipped data and code have them."""

from __future__ import annotations

EMPLOYEE_TYPE = "60733efc-f36b-1410-a883-16d83cab0980"
CONTACT_TYPE = "806732ee-f36b-1410-a883-16d83cab0980"
CLIENT_TYPE = "00783ef6-f36b-1410-a883-16d83cab0980"
CONTACT_TYPES = {EMPLOYEE_TYPE: "Employee", CONTACT_TYPE: "Contact person", CLIENT_TYPE: "Customer"}

OUR_COMPANY_TYPE = "57412fad-53e6-df11-971b-001d60e938c6"
CUSTOMER_TYPE = "03a75490-53e6-df11-971b-001d60e938c6"
PARTNER_TYPE = "f2c0ce97-53e6-df11-971b-001d60e938c6"
SUPPLIER_TYPE = "d34b9da2-53e6-df11-971b-001d60e938c6"
ACCOUNT_TYPES = {
    OUR_COMPANY_TYPE: "Our company",
    CUSTOMER_TYPE: "Customer",
    PARTNER_TYPE: "Partner",
    "f3c0ce97-53e6-df11-971b-001d60e938c6": "Contractor",
    SUPPLIER_TYPE: "Supplier",
    "d44b9da2-53e6-df11-971b-001d60e938c6": "Competitor",
}

OUR_ACCOUNT = "e308b781-3c5b-4ecb-89ef-5c1ed4da488e"
SUPERVISOR_CONTACT = "410006e1-ca4e-4502-a9ec-e54d922d2c00"
SUPERVISOR_USER = "7f3b869f-34f3-4f20-ab4d-7480a5fdf647"

ALL_EMPLOYEES_ROLE = "a29a3ba5-4b0d-de11-9a51-005056c00008"
ADMINISTRATORS_ROLE = "83a43ebc-f36b-1410-298d-001e8c82bcad"
PORTAL_ROLE = "720b771c-e7a7-4f31-9cfb-52cd21c3739f"

RECORD_ROLE_ADMIN = "85f6f2c0-16c5-40f4-bb75-becad578d495"
RECORD_ROLE_USER = "7640dfbd-0cf2-4040-998e-4641042eff46"

EXTENSION = "e9d91e45-8d92-4e38-95a0-ef8aa28c9e7a"
EMAIL = "ee1c85c3-cfcb-df11-9b2a-001d60e938c6"
WORK_PHONE = "3dddb3cc-53ee-49c4-a71f-e9e257f59e49"
MOBILE = "d4a2dc80-30ca-df11-9b2a-001d60e938c6"
COMMUNICATION_TYPES = {
    EXTENSION: "Extension number",
    EMAIL: "Email",
    WORK_PHONE: "Business phone",
    MOBILE: "Mobile phone",
    "0da6a26b-d7bc-df11-b00f-001d60e938c6": "Home phone",
    "6a3fb10c-67cc-df11-9b2a-001d60e938c6": "Primary phone",
    "2b387201-67cc-df11-9b2a-001d60e938c6": "Alternate phone",
    "9a7ab41b-67cc-df11-9b2a-001d60e938c6": "Fax",
    "6a8ba927-67cc-df11-9b2a-001d60e938c6": "Web",
    "09e4bda6-cfcb-df11-9b2a-001d60e938c6": "Skype",
    "21c0d693-9a52-43fa-b7f1-c6d8b53975d4": "Other phone",
}
