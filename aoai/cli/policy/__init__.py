"""``aoai policy``: the rules of the policy pack, without the Pulumi engine."""
