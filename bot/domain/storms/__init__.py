"""What many people say at the same time: what a post is about, and when that is more than usual."""
