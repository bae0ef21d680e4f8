"""The contracts that others hold us to, generated from the code."""
