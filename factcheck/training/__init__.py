"""Builds the relation model; nothing that runs in the service imports it."""
