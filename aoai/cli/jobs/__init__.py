"""``aoai jobs``: the fine-tuning jobs of accounts, with or without a stack."""
