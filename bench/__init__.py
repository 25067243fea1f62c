"""What measures. Figures, with the goals beside them, go to ``bench/results``."""
