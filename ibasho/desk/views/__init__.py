"""The desk's pages. Each view calls one action or reads, and shows what came back."""
