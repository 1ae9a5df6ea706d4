"""Cards: what people are asked to approve, how it is stored, and how it is seen."""
