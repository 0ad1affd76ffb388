"""The way in: lines, long polls, and the questions of whoever looks after the server."""
