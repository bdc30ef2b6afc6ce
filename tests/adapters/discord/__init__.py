"""The Discord adapter, through its public doors."""
