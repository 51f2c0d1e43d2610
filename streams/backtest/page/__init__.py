"""`rebato backtest --html`: one page that needs nothing else, with what would have rung and why."""
