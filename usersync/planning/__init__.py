"""What to change: situations, operations, guards, licence seats. Pure functions, no I/O."""

from usersync.planning.values import (
    Action,
    Bucket,
    GoneUser,
    LinkChange,
    Operation,
    Plan,
    SeatDemand,
    Situation,
    UserItem,
)

__all__ = ["Action", "Bucket", "GoneUser", "LinkChange", "Operation", "Plan", "SeatDemand", "Situation", "UserItem"]
