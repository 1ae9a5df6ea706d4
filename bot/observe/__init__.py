"""The operator's view of a running bot: log, metrics, probes."""
