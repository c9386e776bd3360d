"""Tables that leave the screen whole: which columns a table has, and the files they are written to."""
