"""The catalogue of benchmarks, the shape of their results, and readers for them. Pure: no SQL, no web framework."""
