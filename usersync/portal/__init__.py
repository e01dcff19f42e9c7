"""The section "Webitel users" in a browser, and the HTTP API for buttons elsewhere. See docs/portal.md."""
