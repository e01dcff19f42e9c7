"""What can be wrong when the project is registered at Prefect.

UsersyncError
└── Fatal
├── UsageError
│   ├── PrefectNotSet       no PREFECT_API_URL
│   ├── ProjectFileWrong    prefect.yaml or automations.yaml
│   └── ChannelWrong        an address for notifications
├── PrefectUnreachable      nobody answers there
├── PrefectRefused          it answers, but not to us
└── DeployFailed            Prefect's own `deploy` gave up
"""

from __future__ import annotations

from usersync.errors import Fatal, UsageError


class PrefectNotSet(UsageError):
    """PREFECT_API_URL is not set: Prefect would start a server of its own and forget everything with it."""


class ProjectFileWrong(UsageError):
    """A file of the project says something that cannot be applied."""


class ChannelWrong(UsageError):
    """An address for notifications is of no use."""


class PrefectUnreachable(Fatal):
    """Nobody answers at PREFECT_API_URL."""


class PrefectRefused(Fatal):
    """Prefect answers, but refuses what is asked."""


class DeployFailed(Fatal):
    """`prefect deploy` did not register what prefect.yaml says."""
