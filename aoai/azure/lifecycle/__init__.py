"""What the resources do with the clients: find, create once, change and remove."""
