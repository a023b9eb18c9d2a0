"""Social networks behind the Network port, each imported only when configured."""
