"""The Webitel stand-in: users, licences, roles, devices and logins of one domain, as they are on the wire."""
