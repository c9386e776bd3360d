"""Speed, measured: `make benchmark`. Ratios are taken in one run, the two sides in turn: machines are shared."""
