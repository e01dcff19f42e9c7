"""What an administrator does in Creatio (the vendor's manual, chapters 1 and 2), behind a second credential.

`credential` opens the client and proves that it may be used; `people` reads who was imported; `system_users`, `telephony` and
`section` propose; `plans` keeps and takes plans; `carry_out` writes through one `Desk` for each kind of row; `undo` takes back;
`report` counts.
"""
