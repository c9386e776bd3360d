"""Running SiliconMark UI: the embedded PostgreSQL, the front-end build, the web server and what stands before it."""
