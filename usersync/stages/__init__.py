"""The arrows of the data's way: fetch, match, plan, guard, apply, verify. Plain functions that know nothing of Prefect.

Each is one function in a file of its own, called by the thin task of the same name in `tasks/`. They alone bring together
clients, planning and ledger.
"""
