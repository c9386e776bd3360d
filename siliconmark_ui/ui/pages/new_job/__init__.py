"""The form that makes a job."""
