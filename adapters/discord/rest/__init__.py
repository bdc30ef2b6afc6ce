"""How is Discord's REST API called within its rate limits? Nothing here knows of cards."""
