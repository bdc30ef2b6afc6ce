"""Which workspaces let the app in? Tokens are sealed by whoever asks: nothing here opens one."""
