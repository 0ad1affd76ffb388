"""The keepers' desk: pages that gather what the apps below hold. Nothing of its own is stored here."""
