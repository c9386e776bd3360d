"""Charts as vector drawings (SVG), in points of the page; pure."""
