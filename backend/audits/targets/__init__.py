"""Targets by district and service: what one capacity can promise, and what equity costs."""
