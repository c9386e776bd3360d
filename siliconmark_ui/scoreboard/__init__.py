"""What a GPU is expected to reach, and how measured QuickMark figures are held against it."""
