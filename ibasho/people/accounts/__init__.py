"""The seam to allauth: what it may do for keepers, and what it never does here."""
