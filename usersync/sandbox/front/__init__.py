"""What both stand-ins share: the front through which each request passes, and the control routes behind it."""
