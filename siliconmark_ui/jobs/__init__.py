"""Jobs: what may be asked of them, how they are found, who may see, make and delete them."""
