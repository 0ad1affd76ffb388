"""What a house is run with. Each module has `run(options) -> exit code`."""
