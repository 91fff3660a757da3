"""What changes on a page by itself, sent as the page's own fragments to whoever looks."""
