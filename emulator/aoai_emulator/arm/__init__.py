"""Azure Resource Manager, as far as Cognitive Services accounts and deployments need it."""
