"""The nouns: frozen values without I/O. Every station exchanges these and nothing else."""
