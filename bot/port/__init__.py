"""All that an adapter may see of the bot: values and protocols. Nothing here does anything."""
