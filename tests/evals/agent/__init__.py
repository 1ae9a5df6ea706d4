"""Threads with simulated backends, to score the agent beside a control arm and the brief."""
