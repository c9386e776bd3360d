"""The PDF report of a job: what it says, how it is drawn, where it is kept, and the link that opens it."""
