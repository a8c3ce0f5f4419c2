"""The HTTPS server: middleware, faults and the tables of all calls."""
