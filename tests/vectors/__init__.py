"""Runs test vectors through the product: real moves, real matches, the public models.

An adapter only translates a vector's input into records and reads the answer off the product. A rule that
lives in an adapter is a defect.
"""
