"""Who is told what of a domain's condition, once for each change; and when a domain rests (docs/monitoring.md)."""

from usersync.notices.channels import Channel, ChannelWrong, Mail, NotDelivered, Webhook, channels_of
from usersync.notices.condition import Condition, Policy, Transition, condition_of, judge
from usersync.notices.quarantine import Quarantined, Rest, resting
from usersync.notices.telling import Told, policy_of, send_test, tell
from usersync.notices.watching import Watched, look, look_at_all, rest_of, watch

__all__ = [
    "Channel",
    "ChannelWrong",
    "Condition",
    "Mail",
    "NotDelivered",
    "Policy",
    "Quarantined",
    "Rest",
    "Told",
    "Transition",
    "Watched",
    "Webhook",
    "channels_of",
    "condition_of",
    "judge",
    "look",
    "look_at_all",
    "policy_of",
    "rest_of",
    "resting",
    "send_test",
    "tell",
    "watch",
]
