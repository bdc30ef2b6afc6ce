"""What is set and permitted on Slack, and who may do what? Nothing here answers a member."""
