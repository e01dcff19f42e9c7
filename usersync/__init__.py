"""usersync: the business process GetWebitelUsers outside Creatio.

The library knows nothing of Prefect, but for `usersync.orchestration`. How the parts fit together is told in
`docs/how-it-works.md`.
"""

__version__ = "0.1.0"
