"""What a person starts: one business process per file."""
