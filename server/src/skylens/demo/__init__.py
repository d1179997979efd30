"""A small shop that sends real traffic: six Python services, one in Node.js, each traced by AWS's own X-Ray SDK.

Nothing in here imports Skylens: the shop is what a user's application would be.
"""
