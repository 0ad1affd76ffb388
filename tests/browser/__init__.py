"""Real people at real pages: Chromium on a house that bin/start serves. One journey a file."""
