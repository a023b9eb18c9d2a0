"""Measures the remarks on wording: `python -m tests.wording POSTS`.

POSTS is a CSV file of public posts and the answers of companies, with the columns tweet_id, author_id, inbound, created_at, text and
in_response_to_tweet_id. What is remarked is printed, to be judged by hand; and how many planted lines are found, and in which time.
"""
