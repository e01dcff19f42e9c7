"""The Creatio stand-in: OData 4, logins, side effects of saving, and the administration service, as they are on the wire."""
