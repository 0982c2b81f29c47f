"""The links of a family of cards: found with their places, asked once each, reported."""
