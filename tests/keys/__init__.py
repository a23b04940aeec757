"""Keys of the bus, what they allow, and a system that runs behind them."""
