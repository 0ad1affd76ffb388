"""The house measured beside its peers; docs/benchmarks.md tells how."""
