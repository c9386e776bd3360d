"""The pages of the dashboard, one package each: the page draws, its state acts."""
