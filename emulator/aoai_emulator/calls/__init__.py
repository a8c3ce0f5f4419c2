"""One call: credentials, roles, versions, bodies, error answers."""
