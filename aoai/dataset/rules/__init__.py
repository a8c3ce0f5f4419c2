"""The rules that one example is checked by."""
