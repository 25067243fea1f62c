"""A real, small code model on loopback, asked through both official SDKs. Run by ``make test-llm`` alone."""

# The second name has a price, so that costs are worked out as they are for a model that is sold.
ALIASES = ("coder", "claude-sonnet-5")
CONTEXT = 8192  # tokens
