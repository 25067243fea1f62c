"""What ``make bench-agent`` measures with."""
