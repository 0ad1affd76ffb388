"""The pages of meetings and sign-ups."""
