"""Edge: shows the pages of the preview. What is on them is worked out elsewhere and handed over."""
